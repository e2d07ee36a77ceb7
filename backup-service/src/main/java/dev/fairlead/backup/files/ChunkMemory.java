package dev.fairlead.backup.files;

import java.util.Map;
import java.util.Optional;

/** Which chunks are stored already, of one application. */
interface ChunkMemory {

  /** Not guessable by whoever sees only the stores. */
  byte[] secret();

  /**
   * @param chunk its keyed digest, hexadecimal
   */
  Optional<Piece> find(String chunk);

  /**
   * Once the packs of these pieces are in every store.
   *
   * @param pieces by the digests of their chunks
   */
  void remember(Map<String, Piece> pieces);
}
