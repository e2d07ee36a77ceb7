package dev.fairlead.alert.watchdog;

import static dev.fairlead.alert.Moments.at;
import static dev.fairlead.alert.Moments.instant;
import static dev.fairlead.alert.Moments.instantOrNull;

import dev.fairlead.alert.AlertSettings.BackupsSettings;
import dev.fairlead.events.ApplicationEvent.Database;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.Place;
import dev.fairlead.service.schedule.Schedule;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which databases are to be backed up, as the applied manifests say, and what was seen of it. */
final class Expectations {

  private static final Logger LOG = LoggerFactory.getLogger(Expectations.class);

  private final JdbcClient sql;
  private final BackupsSettings settings;

  Expectations(JdbcClient sql, BackupsSettings settings) {
    this.sql = sql;
    this.settings = settings;
  }

  /** Those that are watched from now on replace all others of the place. */
  void replace(Place place, List<Database> databases, Instant now) {
    sql.sql("delete from expected_backup where place = :place and not database = any(:stay)")
        .param("place", place.toString())
        .param("stay", databases.stream().map(each -> each.id().value()).toArray(String[]::new))
        .update();
    databases.forEach(database -> expect(place, database, now));
  }

  private void expect(Place place, Database database, Instant now) {
    sql.sql(
            """
            insert into expected_backup (database, place, schedule, since, drill)
            values (:database, :place, :schedule, :now, :drill)
            on conflict (database) do update
               set place = excluded.place, schedule = excluded.schedule, since = excluded.since,
                   drill = excluded.drill
             where (expected_backup.schedule, expected_backup.drill)
                   is distinct from (excluded.schedule, excluded.drill)
            """)
        .param("database", database.id().value())
        .param("place", place.toString())
        .param("schedule", database.schedule())
        .param("now", at(now))
        .param("drill", database.drill() == null ? null : text(database.drill()))
        .update();
  }

  List<DatabaseId> of(Place place) {
    return sql.sql("select database from expected_backup where place = ?")
        .param(place.toString())
        .query((row, number) -> new DatabaseId(row.getString(1)))
        .list();
  }

  List<Expectation> all() {
    return sql.sql(SELECT).query(this::expectation).list();
  }

  /** All that no other instance is looking at, alone until the end of the transaction. */
  List<Expectation> locked() {
    return sql.sql(SELECT + " for update of e skip locked").query(this::expectation).list();
  }

  List<Expectation> locked(DatabaseId database) {
    return sql.sql(SELECT + " where e.database = ? for update of e")
        .param(database.value())
        .query(this::expectation)
        .list();
  }

  private static final String SELECT =
      """
      select e.database, e.schedule, e.drill, e.since, n.completed, n.read_back, n.drilled
        from expected_backup e left join newest_backup n on n.database = e.database
      """;

  private Expectation expectation(ResultSet row, int number) throws SQLException {
    DatabaseId database = new DatabaseId(row.getString("database"));
    Map<ProofLevel, Instant> newest = new EnumMap<>(ProofLevel.class);
    for (ProofLevel proof : ProofLevel.values()) {
      Instant data = instantOrNull(row, text(proof));
      if (data != null) {
        newest.put(proof, data);
      }
    }
    return new Expectation(
        database,
        schedule(database, row.getString("schedule")),
        settings.grace(),
        instant(row, "since"),
        Demand.of(policy(row.getString("drill")), settings.proof(), newest::get));
  }

  private DrillPolicy policy(@Nullable String own) {
    return own == null ? settings.drill() : DrillPolicy.valueOf(own.toUpperCase(Locale.ROOT));
  }

  /** Read as backup-service reads it: the standard one where the manifest's is no schedule. */
  private Schedule schedule(DatabaseId database, @Nullable String own) {
    try {
      return Schedule.parse(own == null ? settings.schedule() : own);
    } catch (IllegalArgumentException e) {
      LOG.warn("database={} next=standard-schedule {}", database, e.getMessage());
      return Schedule.parse(settings.schedule());
    }
  }

  /** As the columns of proofs are named, too. */
  static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
