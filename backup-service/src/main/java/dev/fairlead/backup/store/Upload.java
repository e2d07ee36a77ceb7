package dev.fairlead.backup.store;

/** One object on its way into a store, part by part. Used by one thread at a time. */
public interface Upload {

  /**
   * Takes over the first {@code length} bytes of {@code part}; they are copied or stored before it
   * returns.
   */
  void part(byte[] part, int length);

  /** Publishes the object under its key. */
  void complete();

  /** Leaves nothing behind. Safe to call at any time, also after a failure of the others. */
  void abort();
}
