-- The sweep of packs begins with those that were not used for days.
create index file_pack_by_use on file_pack (used_at);
