package dev.fairlead.deployer.migration;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a database is found under the turn.
 *
 * @param pending in order
 * @param failed the script that left traces, because it ran outside of a transaction
 * @param begunWith what was pending when the migrations were begun first, if ever they were
 * @param applied the scripts that are, also those that are no longer in the folder
 */
record Found(
    List<Migration> pending,
    Optional<String> failed,
    Optional<List<String>> begunWith,
    Set<String> applied) {

  boolean begun() {
    return begunWith.isPresent();
  }

  /**
   * Whether nothing of it was committed, by whatever attempt; what was under way then was rolled
   * back if it ran in a transaction.
   */
  boolean unchanged() {
    return begunWith
        .map(scripts -> failed.isEmpty() && pendingScripts().containsAll(scripts))
        .orElse(true);
  }

  List<String> pendingScripts() {
    return pending.stream().map(Migration::script).toList();
  }
}
