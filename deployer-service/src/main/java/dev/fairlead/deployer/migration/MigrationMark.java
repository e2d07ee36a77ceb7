package dev.fairlead.deployer.migration;

import java.util.List;
import java.util.Optional;

/**
 * That migrations of a database were begun, kept where it outlasts the deployer that began them:
 * what an earlier attempt did, no later one can tell from what is pending.
 */
public interface MigrationMark {

  /**
   * The scripts that were pending when they were begun first; empty as long as they never were.
   * Certain even while another deployer still holds the turn.
   */
  Optional<List<String>> begunWith();

  /** Returns when it is kept; the first one counts. Only then a script is begun. */
  void begin(List<String> pending);
}
