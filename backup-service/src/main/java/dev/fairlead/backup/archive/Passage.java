package dev.fairlead.backup.archive;

/** Hears how much of a dump has passed, again and again, in the thread that moves it. */
@FunctionalInterface
public interface Passage {

  Passage UNHEARD = bytes -> {};

  /**
   * @param bytes of the dump, uncompressed, since its start
   */
  void passed(long bytes);
}
