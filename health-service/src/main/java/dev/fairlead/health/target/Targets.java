package dev.fairlead.health.target;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.Place;
import dev.fairlead.events.TargetId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** What is to be probed, as the applied manifests and the targets file say. */
@Repository
public class Targets {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient jdbc;

  Targets(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Counts up whenever an answer of {@link #all()} may have changed. */
  public long revision() {
    return jdbc.sql("SELECT revision FROM targets_revision").query(Long.class).single();
  }

  public List<Target> all() {
    return jdbc.sql(
            """
            SELECT t.settings, t.application, t.environment, d.since IS NOT NULL AS deployed
            FROM targets t
            LEFT JOIN deployed_places d USING (application, environment)
            ORDER BY t.id
            """)
        .query(Targets::target)
        .list();
  }

  /** The ids of a place; of the targets file where there is no place. */
  public Set<TargetId> idsOf(@Nullable Place place) {
    return jdbc.sql(
            """
            SELECT id FROM targets
            WHERE application IS NOT DISTINCT FROM :application
              AND environment IS NOT DISTINCT FROM :environment
            """)
        .params(of(place))
        .query((row, _) -> new TargetId(row.getString("id")))
        .set();
  }

  /**
   * From now on the place has exactly these.
   *
   * @throws TargetTaken when one of them belongs to somebody else; nothing is changed then
   */
  @Transactional
  public void replace(@Nullable Place place, List<HealthTarget> targets) {
    touch();
    refuseTaken(place, targets);
    Set<TargetId> gone = new TreeSet<>(Comparator.comparing(TargetId::value));
    gone.addAll(idsOf(place));
    targets.forEach(target -> gone.remove(target.id()));
    remove(gone);
    targets.forEach(target -> put(place, target));
  }

  /**
   * The place was deployed: its targets are expected to be up from now on.
   *
   * @param at when; of several the latest is remembered, since one may have come after a removal
   *     that is read later; one from before a removal that was read earlier is none
   */
  @Transactional
  public void deployed(Place place, Instant at) {
    touch();
    jdbc.sql(
            """
            INSERT INTO deployed_places AS known (application, environment, since)
            VALUES (:application, :environment, :at)
            ON CONFLICT (application, environment)
            DO UPDATE SET since = greatest(known.since, excluded.since)
            WHERE known.removed_at IS NULL OR known.removed_at < excluded.since
            """)
        .params(of(place))
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
  }

  /**
   * The place is no longer there.
   *
   * @param removedAt a deployment after it, told on another topic and read before it, counts
   */
  @Transactional
  public void forget(Place place, Instant removedAt) {
    replace(place, List.of());
    jdbc.sql(
            """
            INSERT INTO deployed_places AS known (application, environment, removed_at)
            VALUES (:application, :environment, :removedAt)
            ON CONFLICT (application, environment)
            DO UPDATE SET removed_at = greatest(known.removed_at, excluded.removed_at),
              since = CASE WHEN known.since > excluded.removed_at THEN known.since END
            """)
        .params(of(place))
        .param("removedAt", removedAt.atOffset(ZoneOffset.UTC))
        .update();
  }

  /** Locks the one row of the revision, so that changes of the list come one after the other. */
  private void touch() {
    jdbc.sql("UPDATE targets_revision SET revision = revision + 1").update();
  }

  private void refuseTaken(@Nullable Place place, List<HealthTarget> targets) {
    if (targets.isEmpty()) {
      return;
    }
    List<String> taken =
        jdbc.sql(
                """
                SELECT id || ' of ' || coalesce(application || '/' || environment, 'the targets file')
                FROM targets
                WHERE id IN (:ids)
                  AND (application, environment)
                    IS DISTINCT FROM (CAST(:application AS text), CAST(:environment AS text))
                ORDER BY id
                """)
            .params(of(place))
            .param("ids", targets.stream().map(target -> target.id().value()).toList())
            .query(String.class)
            .list();
    if (!taken.isEmpty()) {
      throw new TargetTaken(taken);
    }
  }

  private void remove(Collection<TargetId> ids) {
    if (!ids.isEmpty()) {
      jdbc.sql("DELETE FROM targets WHERE id IN (:ids)")
          .param("ids", ids.stream().map(TargetId::value).collect(Collectors.toSet()))
          .update();
    }
  }

  private void put(@Nullable Place place, HealthTarget target) {
    jdbc.sql(
            """
            INSERT INTO targets (id, application, environment, settings)
            VALUES (:id, :application, :environment, CAST(:settings AS jsonb))
            ON CONFLICT (id) DO UPDATE SET settings = excluded.settings
            """)
        .params(of(place))
        .param("id", target.id().value())
        .param("settings", JSON.writeValueAsString(target))
        .update();
  }

  private static Map<String, @Nullable Object> of(@Nullable Place place) {
    Map<String, @Nullable Object> names = new HashMap<>();
    names.put("application", place == null ? null : place.application().value());
    names.put("environment", place == null ? null : place.environment().value());
    return names;
  }

  private static Target target(ResultSet row, int index) throws SQLException {
    String application = row.getString("application");
    Place place = application == null ? null : Place.of(application, row.getString("environment"));
    HealthTarget settings =
        Objects.requireNonNull(JSON.readValue(row.getString("settings"), HealthTarget.class));
    return new Target(settings, place, place == null || row.getBoolean("deployed"));
  }
}
