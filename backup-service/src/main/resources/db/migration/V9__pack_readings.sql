-- When a copy of a pack was last read and found good, and what was wrong with it if anything is:
-- only what is known to be good is used again by later backups.
create table file_pack_copy (
  pack    text        not null references file_pack on delete cascade,
  store   text        not null,
  read_at timestamptz,
  defect  text,
  primary key (pack, store)
);

-- What was found good with a backup was found good with its packs.
insert into file_pack_copy (pack, store, read_at)
select pack ->> 'name', copy.store, max(coalesce(copy.read_at, backup.ended_at))
  from backup join backup_copy copy on copy.backup = backup.id,
       jsonb_array_elements(backup.manifest -> 'files' -> 'packs') as pack
 where backup.state = 'completed' and copy.defect is null
   and pack ->> 'name' in (select name from file_pack)
 group by 1, 2;

-- How often a restore of files was begun.
alter table file_restore add column attempt int not null default 0;
