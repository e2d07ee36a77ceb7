package dev.fairlead.deployer.migration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.internal.info.MigrationInfoImpl;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What is applied to a database of the scripts in a folder, and what is not. All of it throws
 * {@link FlywayException}.
 */
final class Journal {

  /** Seconds. */
  static final int WAIT_FOR_OTHERS = 300;

  private static final String REPEATABLE = "repeatable";

  private final Path folder;
  private final Flyway flyway;

  private Journal(Path folder, Flyway flyway) {
    this.folder = folder;
    this.flyway = flyway;
  }

  /**
   * @param lockTimeout for which a statement waits for a lock
   * @param longest for which a statement runs, also when nobody is there any more to cancel it
   */
  static Journal of(
      Path folder, PGSimpleDataSource database, Duration lockTimeout, Duration longest) {
    return new Journal(
        folder,
        Flyway.configure()
            .dataSource(database)
            .locations("filesystem:" + folder.toAbsolutePath())
            .table(Migrations.HISTORY_TABLE)
            .initSql(
                "SET lock_timeout = %d; SET statement_timeout = %d"
                    .formatted(lockTimeout.toMillis(), millis(longest)))
            // An older release knows fewer migrations than were applied. That is no error.
            .ignoreMigrationPatterns("*:missing", "*:future")
            // A database with tables but without history: begin with the first script all the same.
            .baselineOnMigrate(true)
            .baselineVersion("0")
            // ${…} in a function's body is no placeholder of ours.
            .placeholderReplacement(false)
            .validateMigrationNaming(true)
            .cleanDisabled(true)
            .outputQueryResults(false)
            .lockRetryCount(WAIT_FOR_OTHERS)
            // A lock held in a transaction would block CREATE INDEX CONCURRENTLY for ever; and
            // without it script and history are one transaction of one connection.
            .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
            .load());
  }

  /** PostgreSQL takes 32 bits, and 0 for no limit. */
  private static long millis(Duration longest) {
    return Math.clamp(longest.toMillis(), 1, Integer.MAX_VALUE);
  }

  List<Migration> pending() {
    return Stream.of(flyway.info().pending()).map(this::migration).toList();
  }

  void migrate() {
    flyway.migrate();
  }

  /** The script that left traces, because it ran outside of a transaction. */
  Optional<String> failed() {
    return Stream.of(flyway.info().all())
        .filter(info -> info.getState().isFailed())
        .map(MigrationInfo::getScript)
        .findFirst();
  }

  /** Whether it is applied as a whole or not at all. */
  boolean runsInTransaction(Migration pending) {
    return Stream.of(flyway.info().pending())
        .filter(info -> info.getScript().equals(pending.script()))
        .anyMatch(
            info ->
                info instanceof MigrationInfoImpl known
                    && known.getResolvedMigration().getExecutor().canExecuteInTransaction());
  }

  private Migration migration(MigrationInfo info) {
    String version = info.getVersion() == null ? REPEATABLE : info.getVersion().getVersion();
    return new Migration(
        version,
        info.getDescription(),
        info.getScript(),
        Header.of(folder.resolve(info.getScript())),
        Fingerprint.of(folder, info.getScript()));
  }
}
