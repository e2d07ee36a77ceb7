package dev.fairlead.backup.database;

import dev.fairlead.events.ApplicationEvent.Database;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Place;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.problem.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The databases of all places, and who works on which. */
@Repository
public class Databases {

  private final JdbcClient sql;

  Databases(JdbcClient sql) {
    this.sql = sql;
  }

  /** A later manifest of the place replaces an earlier one entirely. */
  public void replace(Place place, List<Database> databases, Instant now) {
    removeAll(place);
    databases.forEach(database -> learn(place, database, now));
  }

  private void learn(Place place, Database database, Instant now) {
    sql.sql(
            """
            insert into known_database (id, place, host, port, name, username, password_reference,
                                        schedule, keep_days, drill, files, warm, minimum_rows,
                                        scheduled_through)
            values (:id, :place, :host, :port, :name, :username, :password, :schedule, :keepDays,
                    :drill, :files, :warm, :minimumRows, :now)
            on conflict (id) do update
               set place = excluded.place, host = excluded.host, port = excluded.port,
                   name = excluded.name, username = excluded.username,
                   password_reference = excluded.password_reference,
                   schedule = excluded.schedule, keep_days = excluded.keep_days, drill = excluded.drill,
                   files = excluded.files, warm = excluded.warm,
                   minimum_rows = excluded.minimum_rows, removed = false
            """)
        .param("id", database.id().toString())
        .param("place", place.toString())
        .param("host", database.host())
        .param("port", database.port())
        .param("name", database.name())
        .param("username", database.username())
        .param("password", database.password() == null ? null : database.password().value())
        .param("schedule", database.schedule())
        .param("keepDays", database.keepDays())
        .param("drill", database.drill() == null ? null : database.drill().name())
        .param("files", filesOf(database))
        .param("warm", database.warm())
        .param("minimumRows", database.minimumRows())
        .param("now", Timestamp.from(now))
        .update();
  }

  private static String[] filesOf(Database database) {
    return database.files() == null ? new String[0] : database.files().toArray(String[]::new);
  }

  public void removeAll(Place place) {
    sql.sql("update known_database set removed = true where place = ?")
        .param(place.toString())
        .update();
  }

  public Optional<KnownDatabase> find(DatabaseId id) {
    return sql.sql("select * from known_database where id = ?")
        .param(id.toString())
        .query(Databases::read)
        .optional();
  }

  /**
   * The same, for a request that names it.
   *
   * @throws Refusal when no applied manifest has named it
   */
  public KnownDatabase require(DatabaseId id) {
    return find(id)
        .orElseThrow(
            () ->
                Refusal.unknown(
                    "database",
                    id,
                    "fairlead backup databases lists those that applied manifests name (GET /databases); apply the manifest first: fairlead apply"));
  }

  public List<KnownDatabase> all() {
    return sql.sql("select * from known_database order by id").query(Databases::read).list();
  }

  /** Of those that are still there, this one alone, locked until the end of the transaction. */
  public Optional<KnownDatabase> lock(DatabaseId id) {
    return sql.sql("select * from known_database where id = ? and not removed for update")
        .param(id.toString())
        .query(Databases::read)
        .optional();
  }

  public void scheduledThrough(DatabaseId id, Instant moment) {
    sql.sql("update known_database set scheduled_through = ? where id = ?")
        .params(Timestamp.from(moment), id.toString())
        .update();
  }

  /** Whether {@code holder} is now, or was already, the only one at work on this database. */
  public boolean claim(DatabaseId id, UUID holder) {
    return claim(id.toString(), holder);
  }

  /** The same for a database as its server knows it, whatever it is called in manifests. */
  public boolean claim(String systemIdentifier, long oid, UUID holder) {
    return claim("%s %d".formatted(systemIdentifier, oid), holder);
  }

  private boolean claim(String what, UUID holder) {
    sql.sql("insert into database_claim (database, holder) values (?, ?) on conflict do nothing")
        .params(what, holder)
        .update();
    return sql.sql("select holder = ? from database_claim where database = ?")
        .params(holder, what)
        .query(Boolean.class)
        .optional()
        .orElse(false);
  }

  public void release(UUID holder) {
    sql.sql("delete from database_claim where holder = ?").param(holder).update();
  }

  private static KnownDatabase read(ResultSet row, int number) throws SQLException {
    String password = row.getString("password_reference");
    String drill = row.getString("drill");
    return new KnownDatabase(
        new DatabaseId(row.getString("id")),
        row.getString("host"),
        row.getInt("port"),
        row.getString("name"),
        row.getString("username"),
        password == null ? null : new SecretReference(password),
        row.getString("schedule"),
        row.getObject("keep_days", Integer.class),
        drill == null ? null : DrillPolicy.valueOf(drill),
        row.getBoolean("removed"),
        row.getObject("scheduled_through", OffsetDateTime.class).toInstant(),
        List.of((String[]) row.getArray("files").getArray()),
        row.getObject("warm", Boolean.class),
        row.getObject("minimum_rows", Integer.class));
  }
}
