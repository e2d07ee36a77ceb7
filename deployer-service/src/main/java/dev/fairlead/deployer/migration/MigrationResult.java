package dev.fairlead.deployer.migration;

import java.util.List;

/** How running the migrations of a release ended. */
public sealed interface MigrationResult {

  /**
   * All are applied.
   *
   * @param migrations those that this call ran; empty if somebody did it before, for example this
   *     deployer before it was killed
   */
  record Applied(List<Migration> migrations) implements MigrationResult {}

  /**
   * One failed; it left no trace if it ran in a transaction, which PostgreSQL allows for nearly
   * all.
   *
   * @param applied those before it, which stay
   * @param changedNothing whether the database is certainly as it was before the first of them
   * @param failed script file name, or what was being done
   * @param reason the database's message, with SQL state and line
   * @param advice what to do
   */
  record Failed(
      List<Migration> applied, boolean changedNothing, String failed, String reason, String advice)
      implements MigrationResult {}
}
