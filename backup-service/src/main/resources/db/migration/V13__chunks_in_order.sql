-- Chunks are looked up in the order in which they lie in their pack.
create index file_chunk_in_order on file_chunk (pack, position);
drop index file_chunk_of_pack;
