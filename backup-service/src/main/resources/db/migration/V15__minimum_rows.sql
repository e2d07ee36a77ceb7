-- A backup with fewer rows is refused; null where the manifest expects nothing.
alter table known_database add column minimum_rows integer;
