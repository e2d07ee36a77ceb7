package dev.fairlead.backup.backup;

/**
 * How large the parts of an archive are. S3 takes 10 000 of them, so those of a large database are
 * larger; but two are held in memory, so they do not grow without end. What a single backup can
 * hold is therefore 10 000 of the largest: 625 GB compressed, and more where the setting says so.
 */
final class PartSize {

  /** An archive is hardly ever larger than its database; if it is a little, it still fits. */
  private static final int PLANNED_PARTS = 9_000;

  private static final int MEGABYTE = 1024 * 1024;
  private static final int LARGEST = 64 * MEGABYTE;

  /** Both parts that are in memory then take a quarter of the heap. */
  private static final int SHARE_OF_HEAP = 8;

  private PartSize() {}

  /**
   * @param databaseBytes what the database takes on its server's disk
   * @param least as set; what is asked for is never made smaller
   * @param heapBytes what the service may use at most
   * @return bytes, in whole megabytes unless it is {@code least}
   */
  static int of(long databaseBytes, int least, long heapBytes) {
    long needed = Math.ceilDiv(databaseBytes, PLANNED_PARTS);
    if (needed <= least) {
      return least;
    }
    long most = Math.min(LARGEST, heapBytes / SHARE_OF_HEAP / MEGABYTE * MEGABYTE);
    long whole = Math.ceilDiv(needed, MEGABYTE) * MEGABYTE;
    return Math.toIntExact(Math.max(least, Math.min(whole, most)));
  }
}
