-- What is probed. A row belongs to the place whose manifest named it, or to the targets file.
CREATE TABLE targets (
  id          text PRIMARY KEY,
  application text,
  environment text,
  settings    jsonb NOT NULL,
  CHECK ((application IS NULL) = (environment IS NULL))
);
CREATE INDEX targets_of_place ON targets (application, environment);

-- Places that were deployed at least once: from then on their targets are expected to be up.
CREATE TABLE deployed_places (
  application text NOT NULL,
  environment text NOT NULL,
  since       timestamptz NOT NULL,
  PRIMARY KEY (application, environment)
);

-- One row, counted up by every change above: whoever probes sees that it has to look again.
CREATE TABLE targets_revision (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  revision bigint  NOT NULL
);
INSERT INTO targets_revision (revision) VALUES (0);

-- The automaton's memory; revision guards it against a second prober.
CREATE TABLE verdicts (
  target   text PRIMARY KEY REFERENCES targets ON DELETE CASCADE,
  state    jsonb  NOT NULL,
  revision bigint NOT NULL
);

-- One minute of one target. Partitions are made by the day, ahead of time, and dropped by age.
CREATE TABLE samples (
  target             text        NOT NULL,
  minute             timestamptz NOT NULL,
  probes             integer     NOT NULL,
  failures           integer     NOT NULL,
  latency_p50_millis real        NOT NULL,
  latency_p95_millis real        NOT NULL,
  PRIMARY KEY (target, minute)
) PARTITION BY RANGE (minute);
