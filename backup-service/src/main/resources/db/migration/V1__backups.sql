-- Databases that applied manifests name. Rows stay when a database is removed: its backups are
-- still there and can be restored.
create table known_database (
  id                 text primary key,
  place              text not null,
  host               text not null,
  port               int not null,
  name               text not null,
  username           text not null,
  password_reference text,
  schedule           text,
  keep_days          int,
  removed            boolean not null default false,
  -- Nothing is due that was due before this moment.
  scheduled_through  timestamptz not null
);

-- The one backup or restore that works on a database; everybody else waits.
create table database_claim (
  database text primary key,
  holder   uuid not null
);

create table backup (
  id             uuid primary key,
  database       text not null,
  deployment     uuid,
  requested_by   text,
  request_reason text,
  requested_at   timestamptz not null,
  correlation    text,
  causation      text,
  state          text not null,
  attempt        int not null default 0,
  started_at     timestamptz,
  ended_at       timestamptz,
  failure_reason text,
  failure_detail text,
  failure_advice text,
  manifest       jsonb,
  snapshot_at    timestamptz,
  proof          text,
  recovery_millis bigint,
  pinned_for     uuid
);

create index backup_of_database on backup (database, requested_at desc);

create table backup_copy (
  backup   uuid not null references backup,
  store    text not null,
  location text not null,
  -- What was wrong with it when it was last read; null as long as it is good.
  defect   text,
  primary key (backup, store)
);

create table restore (
  id             uuid primary key,
  database       text not null,
  backup         uuid,
  deployment     uuid,
  new_database   text,
  requested_by   text,
  request_reason text,
  requested_at   timestamptz not null,
  correlation    text,
  causation      text,
  state          text not null,
  attempt        int not null default 0,
  started_at     timestamptz,
  ended_at       timestamptz,
  kept_as        text,
  temporary_oid  bigint,
  restored_into  text,
  store          text,
  failure_detail text,
  failure_advice text
);

create index restore_of_database on restore (database, requested_at desc);

-- db-scheduler's table, as its documentation gives it.
create table scheduled_tasks (
  task_name            text not null,
  task_instance        text not null,
  task_data            bytea,
  execution_time       timestamptz not null,
  picked               boolean not null,
  picked_by            text,
  last_success         timestamptz,
  last_failure         timestamptz,
  consecutive_failures int,
  last_heartbeat       timestamptz,
  version              bigint not null,
  priority             smallint,
  primary key (task_name, task_instance)
);

create index scheduled_tasks_due on scheduled_tasks (execution_time);
create index scheduled_tasks_heartbeat on scheduled_tasks (last_heartbeat);
