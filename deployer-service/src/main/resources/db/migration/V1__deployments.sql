-- What was applied: the text itself, because the variables in it are filled in anew for every plan.
create table application (
  name text primary key,
  manifest text not null,
  directory text not null,
  applied_at timestamptz not null,
  applied_by text not null
);

-- Written once for each deployment that came so far; never updated.
create table release (
  id uuid primary key,
  application text not null,
  environment text not null,
  version text not null,
  document jsonb not null,
  recorded_at timestamptz not null
);

create index release_by_place on release (application, environment, recorded_at desc);

-- Who locks the row of a place decides whose turn it is there.
create table place (
  application text not null,
  environment text not null,
  serving uuid references release (id),
  primary key (application, environment)
);

-- Grows with every taking over of a deployment, so that an outdated deployer is recognised.
create sequence fence;

create table deployment (
  id uuid primary key,
  application text not null,
  environment text not null,
  version text not null,
  state text not null,
  active boolean not null,
  ended boolean not null,
  fence bigint not null default 0,
  document jsonb not null,
  requested_at timestamptz not null
);

create unique index one_active_deployment_per_place
  on deployment (application, environment) where active;

create index deployment_by_place on deployment (application, environment, requested_at desc);
create index deployment_by_time on deployment (requested_at desc);
create index deployment_unfinished on deployment (application, environment) where not ended;

-- What adr-service last said of each decision: gates ask this table, so they work without it.
create table decision_state (
  decision text primary key,
  title text not null,
  status text not null,
  review_by date,
  superseded_by text
);

-- Incidents of the health service that have not ended.
create table open_incident (
  incident uuid primary key,
  application text not null,
  environment text not null,
  target text not null,
  severity text not null,
  since timestamptz not null
);

-- db-scheduler's own.
create table scheduled_tasks (
  task_name text not null,
  task_instance text not null,
  task_data bytea,
  execution_time timestamptz not null,
  picked boolean not null,
  picked_by text,
  last_success timestamptz,
  last_failure timestamptz,
  consecutive_failures int,
  last_heartbeat timestamptz,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);

create index scheduled_tasks_by_time on scheduled_tasks (execution_time);
create index scheduled_tasks_by_heartbeat on scheduled_tasks (last_heartbeat);
