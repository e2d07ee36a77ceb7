package dev.fairlead.backup.drill;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import dev.fairlead.events.DatabaseId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** When each database was last recovered from a store alone. */
@Repository
class RecoveryDrills {

  /**
   * @param expectedSince from when on somebody could expect that it was shown
   * @param requestedAt when somebody asked for one that has not begun yet
   * @param attempt how often one was begun and has not come to an end
   * @param backup the one of the last attempt
   * @param detail why the last attempt failed; then {@code advice} says what to do
   */
  record RecoveryDrill(
      DatabaseId database,
      Instant expectedSince,
      @Nullable Instant attemptedAt,
      @Nullable Instant succeededAt,
      @Nullable Instant toldOverdueAt,
      @Nullable Instant requestedAt,
      int attempt,
      @Nullable UUID backup,
      @Nullable String store,
      @Nullable Long recoveryMillis,
      @Nullable String detail,
      @Nullable String advice) {

    /** When it was last shown, or else when it began to matter. */
    Instant shownAt() {
      return succeededAt == null ? expectedSince : succeededAt;
    }
  }

  private final JdbcClient sql;

  RecoveryDrills(JdbcClient sql) {
    this.sql = sql;
  }

  /** Of all of these at once; from now on they are expected, if they were not before. */
  List<RecoveryDrill> expected(Collection<DatabaseId> databases, Instant now) {
    String[] names = databases.stream().map(DatabaseId::toString).toArray(String[]::new);
    sql.sql(
            """
            insert into recovery_drill (database, expected_since)
            select name, :now from unnest(:names) as name on conflict do nothing
            """)
        .param("now", Timestamp.from(now))
        .param("names", names)
        .update();
    return sql.sql("select * from recovery_drill where database = any(:names) order by database")
        .param("names", names)
        .query(RecoveryDrills::read)
        .list();
  }

  List<RecoveryDrill> all() {
    return sql.sql("select * from recovery_drill order by database")
        .query(RecoveryDrills::read)
        .list();
  }

  void succeeded(Manifest manifest, Proved proved, Instant now) {
    sql.sql(
            """
            update recovery_drill
               set attempted_at = :now, succeeded_at = :now, told_overdue_at = null, attempt = 0,
                   backup = :backup, store = :store, recovery_millis = :millis, detail = null,
                   advice = null
             where database = :database
            """)
        .param("now", Timestamp.from(now))
        .param("backup", manifest.backup().value())
        .param("store", proved.store())
        .param("millis", proved.recovery().toMillis())
        .param("database", manifest.database().toString())
        .update();
  }

  void failed(DatabaseId database, String store, BackupFailure failure, Instant now) {
    sql.sql(
            """
            update recovery_drill
               set attempted_at = ?, attempt = 0, store = ?, detail = ?, advice = ? where database = ?
            """)
        .params(Timestamp.from(now), store, failure.detail(), failure.advice(), database.toString())
        .update();
  }

  /** Written before the work, which may end the service. */
  void begun(DatabaseId database) {
    sql.sql(
            "update recovery_drill set attempt = attempt + 1, requested_at = null where database = ?")
        .param(database.toString())
        .update();
  }

  void request(DatabaseId database, Instant now) {
    sql.sql(
            """
            insert into recovery_drill (database, expected_since, requested_at)
            values (:database, :now, :now)
            on conflict (database) do update set requested_at = excluded.requested_at
            """)
        .param("database", database.toString())
        .param("now", Timestamp.from(now))
        .update();
  }

  void toldOverdue(DatabaseId database, Instant now) {
    sql.sql("update recovery_drill set told_overdue_at = ? where database = ?")
        .params(Timestamp.from(now), database.toString())
        .update();
  }

  private static RecoveryDrill read(ResultSet row, int number) throws SQLException {
    return new RecoveryDrill(
        new DatabaseId(row.getString("database")),
        row.getObject("expected_since", OffsetDateTime.class).toInstant(),
        instant(row, "attempted_at"),
        instant(row, "succeeded_at"),
        instant(row, "told_overdue_at"),
        instant(row, "requested_at"),
        row.getInt("attempt"),
        row.getObject("backup", UUID.class),
        row.getString("store"),
        row.getObject("recovery_millis", Long.class),
        row.getString("detail"),
        row.getString("advice"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
