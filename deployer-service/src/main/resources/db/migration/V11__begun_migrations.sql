-- What was pending when a deployment first began to migrate a database. Written before the first
-- script is begun: after a crash it tells what the database alone does not.
create table begun_migration (
  deployment uuid not null references deployment (id) on delete cascade,
  database text not null,
  scripts jsonb not null,
  primary key (deployment, database)
);
