package dev.fairlead.backup.files;

import dev.fairlead.backup.archive.Manifest;
import java.util.Collection;
import java.util.List;

/** The packs of one application, and what is in them. */
interface Packs extends ChunkMemory {

  /** Noted before the first byte is stored, so that whatever is left of it is found. */
  void begin(String name);

  /** It is whole in every store. */
  void stored(Manifest.Archive pack);

  /** What was told of these when they were stored. */
  List<Manifest.Archive> known(Collection<String> names);
}
