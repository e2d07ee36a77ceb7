package dev.fairlead.deployer.migration;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What was approved was approved as it was then: only these scripts are run, and all of them.
 *
 * @param fingerprints by script; empty for a plan that does not tell
 */
record PlannedScripts(Map<String, String> fingerprints) {

  boolean holds(Migration one) {
    return one.fingerprint().equals(fingerprints.get(one.script()));
  }

  /** How the database is found otherwise, a phrase each, those that are next first. */
  List<String> differences(Found found) {
    if (fingerprints.isEmpty()) {
      return List.of();
    }
    List<String> pending = found.pendingScripts();
    Stream<String> others =
        found.pending().stream().filter(one -> !holds(one)).map(this::difference);
    Stream<String> gone =
        fingerprints.keySet().stream()
            .filter(script -> !pending.contains(script) && !found.applied().contains(script))
            .sorted()
            .map("%s is gone"::formatted);
    return Stream.concat(others, gone).toList();
  }

  private String difference(Migration other) {
    String known = fingerprints.get(other.script());
    return known == null
        ? "the plan does not have %s".formatted(other.script())
        : "the SHA-256 of %s is no longer %.12s…".formatted(other.script(), known);
  }
}
