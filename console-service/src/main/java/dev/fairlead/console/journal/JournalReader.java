package dev.fairlead.console.journal;

import java.util.List;

/**
 * One reader's place in the journal. It moves past what the filter leaves out, too: a stream whose
 * subject is quiet would otherwise look through all that the others said, again and again.
 */
public final class JournalReader {

  /** Most entries at a time. */
  private static final int BATCH = 500;

  private final Journal journal;
  private final JournalFilter filter;
  private long number;

  /**
   * @param number of the last entry that was read
   */
  JournalReader(Journal journal, JournalFilter filter, long number) {
    this.journal = journal;
    this.filter = filter;
    this.number = number;
  }

  /** What follows, at most 500 entries; empty when there is nothing yet. */
  public List<JournalEntry> next() {
    // first, because entries become visible in the order of their numbers
    long newest = journal.newest();
    if (newest <= number) {
      return List.of();
    }
    List<JournalEntry> entries = journal.after(number, filter, BATCH);
    long last = entries.isEmpty() ? number : entries.getLast().number();
    number = entries.size() < BATCH ? Math.max(last, newest) : last;
    return entries;
  }

  /** The number up to which everything was read or left out. */
  public long number() {
    return number;
  }
}
