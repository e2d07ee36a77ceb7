package dev.fairlead.backup.backup;

import dev.fairlead.events.DatabaseId;

/** The database is being dumped already, under this or another name. */
final class DumpInProgress extends RuntimeException {

  private static final long serialVersionUID = 1;

  DumpInProgress(DatabaseId database) {
    super("%s, or another name of the same database, is being dumped".formatted(database));
  }
}
