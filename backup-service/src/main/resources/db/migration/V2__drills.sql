-- The latest drill of a backup. It may be wanted before the backup has a row of its own.
create table drill (
  backup       uuid primary key,
  database     text not null,
  state        text not null,
  attempt      int not null default 0,
  requested_at timestamptz not null,
  started_at   timestamptz,
  ended_at     timestamptz,
  store        text,
  detail       text,
  advice       text
);

create index drill_of_database on drill (database, requested_at desc);

-- What was signed after the latest drill that proved it.
alter table backup add column statement text;

-- How often backups of it are drilled; the service's default when null.
alter table known_database add column drill text;
