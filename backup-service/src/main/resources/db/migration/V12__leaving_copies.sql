-- Why retention removes a copy. From then on it counts for nothing, and all that is left to do is to
-- take it out of its store.
alter table backup_copy add column leaving text;
create index backup_copy_leaving on backup_copy (backup) where leaving is not null;
