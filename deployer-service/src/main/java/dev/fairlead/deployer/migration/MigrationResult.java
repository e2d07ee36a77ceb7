package dev.fairlead.deployer.migration;

import java.util.List;

/** How running the migrations of a release ended. */
public sealed interface MigrationResult {

  /** All are applied. Empty: there was nothing left to do, for example after a resume. */
  record Applied(List<Migration> migrations) implements MigrationResult {}

  /**
   * One failed; it left no trace if it ran in a transaction, which PostgreSQL allows for nearly
   * all.
   *
   * @param applied those before it, which stay
   * @param failed script file name, or what was being done
   * @param reason the database's message, with SQL state and line
   * @param advice what to do
   */
  record Failed(List<Migration> applied, String failed, String reason, String advice)
      implements MigrationResult {}
}
