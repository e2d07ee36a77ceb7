package dev.fairlead.backup;

import dev.fairlead.events.BackupEvent.TransferProgress;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The columns that backups and restores keep their progress in. */
public final class ProgressColumns {

  private ProgressColumns() {}

  /** Null as long as none was told. */
  public static @Nullable TransferProgress read(ResultSet row) throws SQLException {
    Long done = row.getObject("done_bytes", Long.class);
    return done == null
        ? null
        : new TransferProgress(
            done, row.getLong("expected_bytes"), row.getObject("remaining_millis", Long.class));
  }
}
