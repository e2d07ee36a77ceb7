-- Rollbacks by hand that turned back what was under way, or found it going back already, by the id
-- that a deployment of their own would have had: the same request again must not go further back.
create table rollback_key (
  id uuid primary key,
  deployment uuid not null references deployment (id) on delete cascade
);
create index rollback_key_deployment on rollback_key (deployment);
