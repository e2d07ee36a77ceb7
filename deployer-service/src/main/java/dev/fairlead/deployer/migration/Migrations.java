package dev.fairlead.deployer.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flywaydb.core.api.FlywayException;

/** Runs the migrations in a release's folder with Flyway; its history is {@link #HISTORY_TABLE}. */
public final class Migrations {

  public static final String HISTORY_TABLE = "fairlead_migrations";

  private static final String LOOK = "fairlead-migration-look";
  private static final Duration LONGEST_LOOK = Duration.ofMinutes(1);

  /** Who gives the work up says so earlier; this is for when nobody is there to say it. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

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
   * @throws UnfitMigrations if a script would silently not run, or is not what was applied
   */
  public List<Migration> pending(Path folder, DatabaseAccess database) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try {
      PostgresConnections connections = new PostgresConnections(database);
      Journal journal = Journal.of(folder, connections.named(LOOK), lockTimeout, LONGEST_LOOK);
      List<Misfit> misfits = journal.misfits();
      if (!misfits.isEmpty()) {
        throw Misfit.refusal(database, misfits);
      }
      return journal.pending();
    } catch (FlywayException e) {
      Diagnosis diagnosis = Diagnosis.of(e);
      throw new MigrationsUnreadable(
          "the migrations of %s cannot be listed: %s; %s"
              .formatted(database, diagnosis.reason(), diagnosis.advice()),
          e);
    }
  }

  /**
   * The scripts that the database has in its history, also those that failed and left traces: what
   * was restored to a backup from before has them no longer.
   *
   * @throws MigrationsUnreadable if it cannot be read
   */
  public Set<String> remembered(DatabaseAccess database) {
    try {
      return History.of(new PostgresConnections(database).named(LOOK));
    } catch (SQLException e) {
      Diagnosis diagnosis = Diagnosis.of(e);
      throw new MigrationsUnreadable(
          "what is applied to %s cannot be read: %s; %s"
              .formatted(database, diagnosis.reason(), diagnosis.advice()),
          e);
    }
  }

  /**
   * Runs what is pending, once, however many call it at a time. When the thread is interrupted, the
   * statement under way is cancelled and its transaction rolled back.
   *
   * @param planned the fingerprint of each script by its name: others are not run. Empty for a plan
   *     of an earlier version of Fairlead, which does not have them
   * @param longest for which any statement may run
   * @param mark what is known of earlier attempts, also of other deployers
   */
  public MigrationResult migrate(
      Path folder,
      DatabaseAccess database,
      Map<String, String> planned,
      Duration longest,
      MigrationMark mark)
      throws InterruptedException {
    if (!Files.isDirectory(folder)) {
      return planned.isEmpty()
          ? new MigrationResult.Applied(List.of())
          : gone(folder, mark.begunWith().isEmpty());
    }
    try (Scripts scripts = Scripts.of(folder)) {
      PostgresConnections connections = new PostgresConnections(database);
      Journal journal =
          Journal.of(
              scripts.folder(),
              connections.named(Sessions.NAME),
              lockTimeout,
              longest.plus(MARGIN));
      return new MigrationRun(journal, connections, new PlannedScripts(planned), mark).run();
    }
  }

  private static MigrationResult gone(Path folder, boolean neverBegun) {
    return new MigrationResult.Failed(
        List.of(),
        neverBegun,
        "the migrations",
        "not as planned: the folder %s is gone".formatted(folder),
        "put the planned scripts back, or deploy again");
  }
}
