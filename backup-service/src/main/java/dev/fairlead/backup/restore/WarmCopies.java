package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.restore.WarmCopy.State;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The copies that are kept warm, or are about to be. */
@Repository
public class WarmCopies {

  private final JdbcClient sql;

  WarmCopies(JdbcClient sql) {
    this.sql = sql;
  }

  /** Whether it is the first request for this backup. */
  public boolean add(BackupId backup, DatabaseId database, String name, Instant now) {
    return sql.sql(
                """
                insert into warm_copy (backup, database, name, state, requested_at)
                values (?, ?, ?, 'requested', ?) on conflict do nothing
                """)
            .params(backup.value(), database.toString(), name, Timestamp.from(now))
            .update()
        == 1;
  }

  public List<WarmCopy> all() {
    return sql.sql("select * from warm_copy order by database, requested_at desc")
        .query(WarmCopies::read)
        .list();
  }

  public Optional<WarmCopy> find(BackupId backup) {
    return sql.sql("select * from warm_copy where backup = ?")
        .param(backup.value())
        .query(WarmCopies::read)
        .optional();
  }

  /** Whether one more attempt begins: it may have been given up meanwhile. */
  public boolean begun(BackupId backup, Instant now) {
    return sql.sql(
                """
                update warm_copy set state = 'making', attempt = attempt + 1, oid = null,
                                     server = null, started_at = coalesce(started_at, ?)
                 where backup = ? and state in ('requested', 'making')
                """)
            .params(Timestamp.from(now), backup.value())
            .update()
        == 1;
  }

  /** Whether it still was as it is told here, and belongs to whoever drops it now. */
  public boolean dropping(WarmCopy copy) {
    return move(copy.backup(), copy.state(), State.DROPPING);
  }

  /** Takes {@link #dropping} back. */
  public void kept(WarmCopy copy) {
    move(copy.backup(), State.DROPPING, copy.state());
  }

  private boolean move(BackupId backup, State from, State to) {
    return sql.sql("update warm_copy set state = ? where backup = ? and state = ?")
            .params(text(to), backup.value(), text(from))
            .update()
        == 1;
  }

  private static String text(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param notSet settings that its server refused, and why
   */
  public void ready(BackupId backup, DatabaseIdentity made, List<String> notSet, Instant now) {
    sql.sql(
            """
            update warm_copy set state = 'ready', oid = :oid, server = :server,
                                 not_set = :notSet, ended_at = :now
             where backup = :backup
            """)
        .param("oid", made.oid())
        .param("server", made.server(), Types.VARCHAR)
        .param("notSet", notSet.toArray(String[]::new))
        .param("now", Timestamp.from(now))
        .param("backup", backup.value())
        .update();
  }

  public void failed(BackupId backup, BackupFailure failure, Instant now) {
    sql.sql(
            """
            update warm_copy set state = 'failed', ended_at = ?, detail = ?, advice = ?
             where backup = ?
            """)
        .params(Timestamp.from(now), failure.detail(), failure.advice(), backup.value())
        .update();
  }

  /** There is none any more, or it has become the database. */
  public void remove(BackupId backup) {
    sql.sql("delete from warm_copy where backup = ?").param(backup.value()).update();
  }

  private static WarmCopy read(ResultSet row, int number) throws SQLException {
    return new WarmCopy(
        new BackupId(row.getObject("backup", UUID.class)),
        new DatabaseId(row.getString("database")),
        row.getString("name"),
        row.getObject("oid", Long.class),
        row.getString("server"),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        row.getInt("attempt"),
        row.getObject("requested_at", OffsetDateTime.class).toInstant(),
        instant(row, "started_at"),
        instant(row, "ended_at"),
        List.of((String[]) row.getArray("not_set").getArray()),
        row.getString("detail"),
        row.getString("advice"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
