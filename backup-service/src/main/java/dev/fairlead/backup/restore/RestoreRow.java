package dev.fairlead.backup.restore;

import dev.fairlead.backup.ProgressColumns;
import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.RestoreId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A restore as its row in the catalogue has it. */
final class RestoreRow {

  private RestoreRow() {}

  static Restore read(ResultSet row, int number) throws SQLException {
    UUID backup = row.getObject("backup", UUID.class);
    UUID deployment = row.getObject("deployment", UUID.class);
    return new Restore(
        new RestoreId(row.getObject("id", UUID.class)),
        new DatabaseId(row.getString("database")),
        backup == null ? null : new BackupId(backup),
        deployment == null ? null : new DeploymentId(deployment),
        row.getString("new_database"),
        row.getString("only_table"),
        row.getBoolean("with_files"),
        row.getString("requested_by"),
        row.getString("request_reason"),
        row.getObject("requested_at", OffsetDateTime.class).toInstant(),
        new Cause(row.getString("correlation"), row.getString("causation")),
        RestoreState.of(row.getString("state")),
        row.getInt("attempt"),
        instant(row, "started_at"),
        instant(row, "ended_at"),
        row.getString("kept_as"),
        instant(row, "kept_dropped_at"),
        identity(row, "temporary_oid"),
        identity(row, "kept_oid"),
        row.getString("restored_into"),
        row.getString("store"),
        files(row.getArray("files")),
        ProgressColumns.read(row),
        row.getString("failure_detail"),
        row.getString("failure_advice"));
  }

  private static @Nullable DatabaseIdentity identity(ResultSet row, String column)
      throws SQLException {
    Long oid = row.getObject(column, Long.class);
    return oid == null ? null : new DatabaseIdentity(row.getString("server"), oid);
  }

  private static List<String> files(@Nullable Array files) throws SQLException {
    return files == null ? List.of() : List.of((String[]) files.getArray());
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
