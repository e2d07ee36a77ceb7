-- How much a server said was written to a database, at a moment of a deployment.
create table write_mark (
  deployment uuid not null references deployment (id) on delete cascade,
  database text not null,
  moment text not null,
  counts jsonb not null,
  primary key (deployment, database, moment)
);

-- Backups by their size, and how long it took to restore those that were.
create table known_backup (
  backup uuid primary key,
  database text not null,
  taken_at timestamptz not null,
  size_bytes bigint not null,
  restore_millis bigint
);

create index known_backup_by_database on known_backup (database, taken_at desc);
