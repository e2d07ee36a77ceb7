package dev.fairlead.backup.files;

import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;

/** Collects new chunks until they are worth an object of their own. */
final class PackWriter {

  /** Of decompressed bytes; what is held in memory. */
  private static final int FULL = 16 * 1024 * 1024;

  /** No pack has more. */
  static final int MOST = FULL + Chunker.MOST;

  /** Stores the first {@code length} bytes as a pack of this name, in every store. */
  interface Shelf {
    void store(String name, byte[] bytes, int length) throws IOException;
  }

  private final ChunkMemory memory;
  private final Shelf shelf;
  private final Mac digest;
  private final byte[] bytes = new byte[MOST];
  private final Map<String, Piece> waiting = new LinkedHashMap<>();
  private final Set<String> used = new LinkedHashSet<>();
  private String name = UUID.randomUUID().toString();
  private int length;

  PackWriter(ChunkMemory memory, Shelf shelf) {
    this.memory = memory;
    this.shelf = shelf;
    this.digest = Chunker.mac(memory.secret());
  }

  /** Where this chunk is, or will be once {@link #flush} was called. */
  Piece add(byte[] source, int count) throws IOException {
    digest.update(source, 0, count);
    String chunk = HexFormat.of().formatHex(digest.doFinal());
    Optional<Piece> known = Optional.ofNullable(waiting.get(chunk)).or(() -> memory.find(chunk));
    if (known.isPresent()) {
      used.add(known.get().pack());
      return known.get();
    }
    used.add(name);
    System.arraycopy(source, 0, bytes, length, count);
    Piece piece = new Piece(name, length, count);
    waiting.put(chunk, piece);
    length += count;
    if (length >= FULL) {
      flush();
    }
    return piece;
  }

  void flush() throws IOException {
    if (length == 0) {
      return;
    }
    shelf.store(name, bytes, length);
    memory.remember(waiting);
    waiting.clear();
    name = UUID.randomUUID().toString();
    length = 0;
  }

  /** The names of all packs that hold something of what was added. */
  Set<String> used() {
    return used;
  }
}
