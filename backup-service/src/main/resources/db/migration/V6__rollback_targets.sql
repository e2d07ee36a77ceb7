-- Whether the files of the restore point come back with the database, and what became of each.
alter table restore
  add column with_files boolean not null default false,
  add column files text[];

-- A copy of a database, restored beside it, that a restore in place only has to rename.
create table warm_copy (
  backup       uuid primary key,
  database     text not null,
  -- Of the copy on the server of the database, and what tells it from a later one of that name.
  name         text not null,
  oid          bigint,
  state        text not null,
  attempt      int not null default 0,
  requested_at timestamptz not null,
  started_at   timestamptz,
  ended_at     timestamptz,
  detail       text,
  advice       text
);

create index warm_copy_of_database on warm_copy (database);

-- Whether copies of it are kept warm; the service's default when null.
alter table known_database add column warm boolean;

-- The latest recovery of a database from a store alone.
create table recovery_drill (
  database        text primary key,
  -- From when on somebody could expect that it was shown.
  expected_since  timestamptz not null,
  attempted_at    timestamptz,
  succeeded_at    timestamptz,
  told_overdue_at timestamptz,
  backup          uuid,
  store           text,
  recovery_millis bigint,
  detail          text,
  advice          text
);
