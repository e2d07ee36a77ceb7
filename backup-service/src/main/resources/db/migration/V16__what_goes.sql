-- Noted before the first byte of a pack is deleted: nobody uses it again, and all that is left to do
-- is to take it out of the stores.
alter table file_pack add column leaving boolean not null default false;
create index file_pack_leaving on file_pack (name) where leaving;

-- When the last copy of a backup was gone. Its manifest, which is large, goes some time after that.
alter table backup add column expired_at timestamptz;
