-- What the applied manifests let us expect. Rows go with their manifest.
create table expected_backup (
  database text primary key,
  place    text        not null,
  schedule text,
  -- Nothing from before this moment is missing; anew when the schedule changes.
  since    timestamptz not null
);
create index expected_backup_of_place on expected_backup (place);

-- The newest data that each database has in a backup so far proved. Kept apart: facts of backups
-- can arrive before the manifest.
create table newest_backup (
  database  text primary key,
  completed timestamptz,
  read_back timestamptz,
  drilled   timestamptz
);

-- Whose data a backup holds: the fact that it was verified, perhaps days later, does not say.
create table seen_backup (
  backup      uuid primary key,
  database    text        not null,
  snapshot_at timestamptz not null,
  seen_at     timestamptz not null
);
create index seen_backup_by_time on seen_backup (seen_at);
