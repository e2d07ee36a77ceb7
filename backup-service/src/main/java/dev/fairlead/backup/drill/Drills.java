package dev.fairlead.backup.drill;

import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The latest drill of every backup that had one. */
@Repository
class Drills {

  private final JdbcClient sql;

  Drills(JdbcClient sql) {
    this.sql = sql;
  }

  /** Remembers that somebody will wait for the drill of a backup that is still to be made. */
  void want(BackupId backup, DatabaseId database, Instant now) {
    sql.sql(
            """
            insert into drill (backup, database, state, requested_at) values (?, ?, 'wanted', ?)
            on conflict do nothing
            """)
        .params(backup.value(), database.toString(), Timestamp.from(now))
        .update();
  }

  /** Whether it was not already waiting or running: one that has ended begins anew. */
  boolean request(BackupId backup, DatabaseId database, Instant now) {
    return sql.sql(
                """
                insert into drill (backup, database, state, requested_at)
                values (:backup, :database, 'waiting', :now)
                on conflict (backup) do update
                   set state = 'waiting', attempt = 0, requested_at = :now, started_at = null,
                       ended_at = null, store = null, detail = null, advice = null
                 where drill.state not in ('waiting', 'running')
                """)
            .param("backup", backup.value())
            .param("database", database.toString())
            .param("now", Timestamp.from(now))
            .update()
        == 1;
  }

  Optional<Drill> find(BackupId backup) {
    return sql.sql("select * from drill where backup = ?")
        .param(backup.value())
        .query(Drills::read)
        .optional();
  }

  /** Alone until the end of the transaction. */
  Optional<Drill> lock(BackupId backup) {
    return sql.sql("select * from drill where backup = ? for update")
        .param(backup.value())
        .query(Drills::read)
        .optional();
  }

  /** The latest requests first. */
  List<Drill> list(@Nullable DatabaseId database, int limit) {
    return sql.sql(
            """
            select * from drill where cast(:database as text) is null or database = :database
             order by requested_at desc, backup desc limit :limit
            """)
        .param("database", database == null ? null : database.toString())
        .param("limit", limit)
        .query(Drills::read)
        .list();
  }

  /** When a drill of this database was last asked for. */
  Optional<Instant> latest(DatabaseId database) {
    return sql.sql("select max(requested_at) as latest from drill where database = ?")
        .param(database.toString())
        .query((row, number) -> Optional.ofNullable(instant(row, "latest")))
        .single();
  }

  /**
   * How many that wait were asked for before this one.
   *
   * @param most so many are counted, at most
   */
  int ahead(BackupId backup, int most) {
    return sql.sql(
            """
            select count(*) from (
                   select from drill other join drill mine on mine.backup = :backup
                    where other.state = 'waiting'
                      and (other.requested_at, other.backup) < (mine.requested_at, mine.backup)
                    limit :most) ahead
            """)
        .param("backup", backup.value())
        .param("most", most)
        .query(Integer.class)
        .single();
  }

  void begun(BackupId backup, Instant now) {
    sql.sql(
            """
            update drill set state = 'running', attempt = attempt + 1,
                             started_at = coalesce(started_at, ?) where backup = ?
            """)
        .params(Timestamp.from(now), backup.value())
        .update();
  }

  void ended(Drill drill, Instant now) {
    sql.sql(
            """
            update drill set state = :state, ended_at = :now, store = :store, detail = :detail,
                             advice = :advice where backup = :backup
            """)
        .param("state", drill.state().text())
        .param("now", Timestamp.from(now))
        .param("store", drill.store())
        .param("detail", drill.detail())
        .param("advice", drill.advice())
        .param("backup", drill.backup().value())
        .update();
  }

  private static Drill read(ResultSet row, int number) throws SQLException {
    return new Drill(
        new BackupId(row.getObject("backup", UUID.class)),
        new DatabaseId(row.getString("database")),
        DrillState.of(row.getString("state")),
        row.getInt("attempt"),
        row.getObject("requested_at", OffsetDateTime.class).toInstant(),
        instant(row, "started_at"),
        instant(row, "ended_at"),
        row.getString("store"),
        row.getString("detail"),
        row.getString("advice"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
