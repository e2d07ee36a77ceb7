-- How far what is under way has come, as it was last told.
alter table backup
  add column done_bytes bigint,
  add column expected_bytes bigint,
  add column remaining_millis bigint;

alter table restore
  add column done_bytes bigint,
  add column expected_bytes bigint,
  add column remaining_millis bigint,
  -- schema.table: of the rows only those of this table are restored.
  add column only_table text,
  -- When the database that was replaced, and kept, was dropped.
  add column kept_dropped_at timestamptz;
