-- When all bytes of a copy were last read and found good; when it was made, they were.
alter table backup_copy add column read_at timestamptz;
