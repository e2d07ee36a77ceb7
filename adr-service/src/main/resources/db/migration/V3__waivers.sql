-- Decisions that a deployment went on in spite of; proposed_as is the decision that tells of it.
CREATE TABLE waived (
  deployment  uuid  NOT NULL,
  decision    text  NOT NULL,
  document    jsonb NOT NULL,
  heard_at    timestamptz NOT NULL DEFAULT now(),
  proposed_as text,
  PRIMARY KEY (deployment, decision)
);
CREATE INDEX waived_unproposed ON waived (heard_at) WHERE proposed_as IS NULL;
