-- What tells a database from others of its name: its server, as that calls itself, and its oid there.
alter table restore
  add column server text,
  add column kept_oid bigint,
  -- When it was seen that nothing is left of the database that was filled.
  add column temporary_gone_at timestamptz;

alter table warm_copy
  add column server text,
  -- Settings that its server refused, and why.
  add column not_set text[] not null default '{}';
