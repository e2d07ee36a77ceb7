-- A place that was taken away: nothing is deployed there until a manifest with it is applied again.
alter table place add column gone boolean not null default false;
-- When that was, the last time: no rollback goes back behind it.
alter table place add column removed_at timestamptz;
