package dev.fairlead.backup.files;

import java.util.Optional;

/** Which chunks are stored already, of one application. */
interface ChunkMemory {

  /** Not guessable by whoever sees only the stores. */
  byte[] secret();

  /**
   * @param chunk its keyed digest
   */
  Optional<Piece> find(byte[] chunk);

  /** Once the pack of {@code piece} is in every store. */
  void remember(byte[] chunk, Piece piece);
}
