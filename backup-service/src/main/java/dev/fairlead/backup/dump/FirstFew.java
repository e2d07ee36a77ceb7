package dev.fairlead.backup.dump;

import java.util.List;

/** Many names in one sentence: a database can have millions of things, a message cannot. */
final class FirstFew {

  static final int NAMED = 20;

  private FirstFew() {}

  static String of(List<String> all) {
    return of(all.subList(0, Math.min(NAMED, all.size())), all.size());
  }

  /**
   * @param first of them, all if they are few
   * @param count of all
   */
  static String of(List<String> first, long count) {
    String named = String.join(", ", first);
    return count > first.size() ? "%s and %d more".formatted(named, count - first.size()) : named;
  }
}
