package dev.fairlead.deployer.migration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.ErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
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

  private static final Set<ErrorCode> CHANGED =
      Set.of(
          CoreErrorCode.CHECKSUM_MISMATCH,
          CoreErrorCode.DESCRIPTION_MISMATCH,
          CoreErrorCode.TYPE_MISMATCH);

  private final Path folder;

  /** Runs no callbacks: looking must not run what nobody has seen. */
  private final Flyway look;

  private final Flyway run;

  private Journal(Path folder, Flyway look, Flyway run) {
    this.folder = folder;
    this.look = look;
    this.run = run;
  }

  /**
   * @param lockTimeout for which a statement waits for a lock
   * @param longest for which a statement runs, also when nobody is there any more to cancel it
   */
  static Journal of(
      Path folder, PGSimpleDataSource database, Duration lockTimeout, Duration longest) {
    FluentConfiguration settings = settings(folder, database, lockTimeout, longest);
    return new Journal(
        folder,
        new FluentConfiguration()
            .configuration(settings)
            .skipDefaultCallbacks(true)
            .ignoreMigrationPatterns("*:missing", "*:future", "*:pending")
            .load(),
        settings.load());
  }

  private static FluentConfiguration settings(
      Path folder, PGSimpleDataSource database, Duration lockTimeout, Duration longest) {
    return Flyway.configure()
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
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"));
  }

  /** PostgreSQL takes 32 bits, and 0 for no limit. */
  private static long millis(Duration longest) {
    return Math.clamp(longest.toMillis(), 1, Integer.MAX_VALUE);
  }

  List<Migration> pending() {
    return pending(look.info());
  }

  private List<Migration> pending(MigrationInfoService known) {
    return Stream.of(known.pending()).map(this::migration).toList();
  }

  /**
   * @param begunWith what the mark says
   */
  Found find(Optional<List<String>> begunWith) {
    MigrationInfoService known = look.info();
    return new Found(pending(known), failed(known).findFirst(), begunWith, applied(known));
  }

  /** What of the folder would not run as it is meant. */
  List<Misfit> misfits() {
    MigrationInfoService known = look.info();
    Stream<Misfit> failed = failed(known).map(Misfit::failed);
    Stream<Misfit> tooLow =
        Stream.of(known.all())
            .filter(info -> info.getState() == MigrationState.IGNORED)
            .map(info -> Misfit.tooLow(info.getScript(), highest(known)));
    Stream<Misfit> changed =
        look.validateWithResult().invalidMigrations.stream()
            .filter(invalid -> CHANGED.contains(invalid.errorDetails.errorCode))
            .map(invalid -> Misfit.changed(Path.of(invalid.filepath).getFileName().toString()));
    return Stream.of(failed, tooLow, changed).flatMap(Function.identity()).toList();
  }

  private static String highest(MigrationInfoService known) {
    return Stream.of(known.applied())
        .map(MigrationInfo::getVersion)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .map(MigrationVersion::getVersion)
        .orElseThrow();
  }

  void migrate() {
    run.migrate();
  }

  /** A newer release's does not concern this one; Flyway does not mind it either. */
  private static Stream<String> failed(MigrationInfoService known) {
    return Stream.of(known.all())
        .filter(info -> info.getState().isFailed())
        .filter(info -> info.getState() != MigrationState.FUTURE_FAILED)
        .map(MigrationInfo::getScript);
  }

  private static Set<String> applied(MigrationInfoService known) {
    return Stream.of(known.applied())
        .filter(info -> !info.getState().isFailed())
        .map(MigrationInfo::getScript)
        .collect(Collectors.toSet());
  }

  /** Whether it is applied as a whole or not at all. */
  boolean runsInTransaction(Migration pending) {
    return Stream.of(look.info().pending())
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
