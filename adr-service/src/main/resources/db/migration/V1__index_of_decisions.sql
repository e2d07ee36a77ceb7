-- Everything here follows from the commits of the git repository and can be built again from it.

-- One row, locked by whoever follows the repository: the last commit that was read.
CREATE TABLE followed (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  commit text
);
INSERT INTO followed (commit) VALUES (NULL);

-- A decision as it was decided; what a commit from outside made of it is a tampering, not a row.
CREATE TABLE decisions (
  id            text PRIMARY KEY,
  number        integer NOT NULL UNIQUE,
  file          text    NOT NULL,
  blob          text    NOT NULL,
  commit        text    NOT NULL,
  title         text    NOT NULL,
  status        text    NOT NULL,
  date          date    NOT NULL,
  proposed_by   text    NOT NULL,
  decided_by    text,
  reason        text,
  review_by     date,
  supersedes    text[]  NOT NULL,
  superseded_by text,
  applies_to    text[]  NOT NULL,
  content_hash  text    NOT NULL,
  text          text    NOT NULL
);

-- Commits that this service made; any other is from outside.
CREATE TABLE own_commits (
  commit text PRIMARY KEY,
  made   timestamptz NOT NULL DEFAULT now()
);

-- Changes of what was decided that did not come through this service.
CREATE TABLE tamperings (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind     text NOT NULL,
  decision text,
  file     text,
  commit   text NOT NULL,
  author   text NOT NULL,
  detail   text NOT NULL,
  seen     timestamptz NOT NULL
);
