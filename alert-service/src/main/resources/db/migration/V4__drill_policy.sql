-- How often backups are drilled, as the manifest says; null where it leaves that to the settings.
-- What was applied before this column came is watched as it was until it is applied again: whether
-- its manifest asks for drills is not known.
alter table expected_backup add column drill text default 'never';
alter table expected_backup alter column drill drop default;
