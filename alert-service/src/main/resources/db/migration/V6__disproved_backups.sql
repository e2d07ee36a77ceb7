-- How well each backup is proved, so that the newest one that counts can be found again when a drill
-- disproves a later one. Of those seen before this column came it is not known: all that complete are
-- read back, and the newest drilled one is known by its data.
alter table seen_backup
  add column proof        text not null default 'read_back'
             check (proof in ('completed', 'read_back', 'drilled')),
  -- When a drill found that it does not hold what its snapshot held; only a later drill takes it back.
  add column disproved_at timestamptz;
update seen_backup s set proof = 'drilled'
  from newest_backup n where n.database = s.database and n.drilled = s.snapshot_at;
alter table seen_backup alter column proof set default 'completed';

create index seen_backup_of_database on seen_backup (database, snapshot_at);
