-- What a drill found that restored it and did not find what the snapshot held. It is said of the
-- backup and not of a copy: no reading of bytes says otherwise, only a later drill that proves it.
alter table backup
  add column disproved text,
  add column disproved_at timestamptz,
  -- What was signed after that drill, for the stores. Where it is missing it is signed when it is needed.
  add column disproof text;

-- Before, it was noted with the copies, where the next reading of their bytes took it away.
update backup set disproved = drill.detail, disproved_at = coalesce(drill.ended_at, now())
  from drill
 where drill.backup = backup.id and drill.state = 'disproved'
   and starts_with(drill.detail, 'what a drill restored differs from the snapshot: ');

-- When, is not known: after all that was stated of it until now.
update backup set disproved = copy.defect, disproved_at = now()
  from backup_copy copy
 where copy.backup = backup.id and backup.disproved is null
   and starts_with(copy.defect, 'what a drill restored differs from the snapshot: ')
   and not exists (select from drill where drill.backup = backup.id and drill.state = 'proved');

update backup set proof = 'read-back', recovery_millis = null, statement = null
 where disproved is not null and proof = 'drilled';

update backup_copy set defect = null
 where starts_with(defect, 'what a drill restored differs from the snapshot: ');

-- What tells the medium a store is on from another one in its place, such as an empty mount point.
create table store_mark (
  store text primary key,
  mark  text not null
);

-- Whether one that failed could not remove all that it had put below its folder. Of those that failed
-- before nobody knows what has been done there since.
alter table file_restore add column leftovers boolean not null default false;
