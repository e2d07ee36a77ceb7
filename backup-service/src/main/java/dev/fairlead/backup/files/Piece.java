package dev.fairlead.backup.files;

/**
 * Where the bytes of a chunk are: in a pack, once that is decrypted and decompressed.
 *
 * @param pack its name
 */
record Piece(String pack, int offset, int length) {}
