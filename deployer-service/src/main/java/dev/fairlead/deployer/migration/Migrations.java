package dev.fairlead.deployer.migration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Runs the migrations in a release's folder with Flyway; its history is {@link #HISTORY_TABLE}. */
public final class Migrations {

  public static final String HISTORY_TABLE = "fairlead_migrations";

  private final Duration lockTimeout;

  /**
   * @param lockTimeout how long a statement may wait for a lock before it gives up, so that it
   *     never queues the application's requests behind it
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
    throw new UnsupportedOperationException(folder + database.jdbcUrl());
  }

  /** Runs what is pending, once, however many call it at a time. */
  public MigrationResult migrate(Path folder, DatabaseAccess database) {
    throw new UnsupportedOperationException(folder + database.jdbcUrl() + lockTimeout);
  }
}
