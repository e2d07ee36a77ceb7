-- Files that belong to a database's application, as its manifest names them.
alter table known_database add column files text[] not null default '{}';

-- What chunks are cut and named by, so that nobody who sees the stores can tell known files.
create table file_secret (
  place  text primary key,
  secret bytea not null
);

-- Objects with pieces of files. A row is there before the first byte; sha256 once it is whole.
create table file_pack (
  name       text primary key,
  place      text        not null,
  size_bytes bigint,
  sha256     text,
  part_bytes int,
  raw_bytes  bigint,
  recipients text[],
  -- Packs that were just used are not swept, even if no manifest names them yet.
  used_at    timestamptz not null
);

create table file_chunk (
  place    text  not null,
  digest   bytea not null,
  pack     text  not null references file_pack on delete cascade,
  position int   not null,
  length   int   not null,
  primary key (place, digest)
);
create index file_chunk_of_pack on file_chunk (pack);

create table file_restore (
  id           uuid primary key,
  backup       uuid        not null,
  -- A folder that is made for it; in place when absent.
  below        text,
  requested_by text        not null,
  requested_at timestamptz not null,
  state        text        not null,
  outcome      text[]      not null default '{}',
  detail       text,
  advice       text
);
