package dev.fairlead.deployer.migration;

import static java.util.stream.Collectors.toSet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateResult;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs the migrations in a release's folder with Flyway; its history is {@link #HISTORY_TABLE}. */
public final class Migrations {

  public static final String HISTORY_TABLE = "fairlead_migrations";

  private static final String REPEATABLE = "repeatable";
  private static final int ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int CONNECT_SECONDS = 10;

  /** Seconds to wait for another deployer that runs the same migrations; then it is our turn. */
  private static final int WAIT_FOR_OTHERS = 300;

  private final Duration lockTimeout;

  /**
   * @param lockTimeout how long a statement may wait for a lock before it gives up, so that it
   *     never queues the application's requests behind it; it is tried five times
   */
  public Migrations(Duration lockTimeout) {
    this.lockTimeout = lockTimeout;
  }

  /**
   * What {@link #migrate} would run, in order; changes nothing. A folder that is absent holds none.
   *
   * @throws MigrationsUnreadable if the scripts or the database cannot be read
   */
  public List<Migration> pending(Path folder, DatabaseAccess database) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try {
      return pending(folder, flyway(folder, database));
    } catch (FlywayException e) {
      Diagnosis diagnosis = Diagnosis.of(e);
      throw new MigrationsUnreadable(
          "the migrations of %s cannot be listed: %s; %s"
              .formatted(database, diagnosis.reason(), diagnosis.advice()),
          e);
    }
  }

  /** Runs what is pending, once, however many call it at a time. */
  public MigrationResult migrate(Path folder, DatabaseAccess database) throws InterruptedException {
    List<Migration> pending = pending(folder, database);
    if (pending.isEmpty()) {
      return new MigrationResult.Applied(List.of());
    }
    try (Turn _ = Turn.await(connections(database), Duration.ofSeconds(WAIT_FOR_OTHERS))) {
      return migrate(folder, flyway(folder, database), pending);
    } catch (SQLException e) {
      Diagnosis diagnosis = Diagnosis.of(new FlywayException(e));
      return new MigrationResult.Failed(
          List.of(), true, pending.getFirst().script(), diagnosis.reason(), diagnosis.advice());
    }
  }

  private static MigrationResult migrate(Path folder, Flyway flyway, List<Migration> pending)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return applied(pending, flyway.migrate());
      } catch (FlywayException e) {
        Diagnosis diagnosis = Diagnosis.of(e);
        if (!diagnosis.lockHeld() || attempt == ATTEMPTS) {
          return afterwards(pending, folder, flyway, diagnosis);
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  /** Those that this call ran: another deployer may have been quicker. */
  private static MigrationResult applied(List<Migration> pending, MigrateResult result) {
    Set<String> versions =
        result.migrations.stream().map(migration -> migration.version).collect(toSet());
    return new MigrationResult.Applied(
        pending.stream()
            .filter(
                migration ->
                    migration.version().equals(REPEATABLE)
                        || versions.contains(migration.version()))
            .toList());
  }

  /** How far it came in spite of the failure: asks the database, since it alone knows. */
  private static MigrationResult afterwards(
      List<Migration> wanted, Path folder, Flyway flyway, Diagnosis diagnosis) {
    try {
      List<Migration> left = pending(folder, flyway);
      List<Migration> applied =
          wanted.stream().filter(migration -> !left.contains(migration)).toList();
      Optional<MigrationInfo> halfway =
          Stream.of(flyway.info().all()).filter(info -> info.getState().isFailed()).findFirst();
      if (halfway.isPresent()) {
        String script = halfway.get().getScript();
        return new MigrationResult.Failed(
            applied.stream().filter(migration -> !migration.script().equals(script)).toList(),
            false,
            script,
            diagnosis.reason(),
            "it ran outside of a transaction and may have left traces: undo them by hand, delete its row from "
                + HISTORY_TABLE
                + ", then "
                + diagnosis.advice());
      }
      if (left.isEmpty()) {
        // the last commit was done and only the answer lost
        return new MigrationResult.Applied(applied);
      }
      return new MigrationResult.Failed(
          applied,
          applied.isEmpty(),
          left.getFirst().script(),
          diagnosis.reason(),
          diagnosis.advice());
    } catch (FlywayException e) {
      return new MigrationResult.Failed(
          List.of(),
          false,
          "the migrations",
          diagnosis.reason() + "; how far they came is not known, the database does not answer",
          diagnosis.advice());
    }
  }

  private static List<Migration> pending(Path folder, Flyway flyway) {
    return Stream.of(flyway.info().pending()).map(info -> migration(folder, info)).toList();
  }

  private static Migration migration(Path folder, MigrationInfo info) {
    String version = info.getVersion() == null ? REPEATABLE : info.getVersion().getVersion();
    return new Migration(
        version,
        info.getDescription(),
        info.getScript(),
        Header.of(folder.resolve(info.getScript())));
  }

  private Flyway flyway(Path folder, DatabaseAccess database) {
    return Flyway.configure()
        .dataSource(connections(database))
        .locations("filesystem:" + folder.toAbsolutePath())
        .table(HISTORY_TABLE)
        .initSql("SET lock_timeout = " + lockTimeout.toMillis())
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
        // A lock held in a transaction would block CREATE INDEX CONCURRENTLY for ever.
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
        .load();
  }

  private static PGSimpleDataSource connections(DatabaseAccess database) {
    PGSimpleDataSource connections = new PGSimpleDataSource();
    connections.setUrl(database.jdbcUrl());
    connections.setUser(database.user());
    connections.setPassword(database.password().get());
    connections.setConnectTimeout(CONNECT_SECONDS);
    connections.setApplicationName("fairlead-migration");
    return connections;
  }
}
