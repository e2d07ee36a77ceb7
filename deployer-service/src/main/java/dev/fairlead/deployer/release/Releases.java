package dev.fairlead.deployer.release;

import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The release records, and which of them serves where. */
public final class Releases {

  private static final JsonMapper JSON = new JsonMapper();

  private final JdbcClient database;

  public Releases(JdbcClient database) {
    this.database = database;
  }

  /** Writes it down, unless that was done before: a record never changes. */
  public void record(Release release) {
    database
        .sql(
            """
            insert into release (id, application, environment, version, document, recorded_at)
            values (?, ?, ?, ?, ?::jsonb, ?)
            on conflict do nothing
            """)
        .params(
            release.id().value(),
            release.place().application().value(),
            release.place().environment().value(),
            release.version().value(),
            JSON.writeValueAsString(release),
            Timestamp.from(release.recordedAt()))
        .update();
  }

  public Optional<Release> find(DeploymentId id) {
    return all("select document from release where id = ?", id.value()).stream().findFirst();
  }

  /** The release that serves at the place, by the last deployment there that succeeded. */
  public Optional<Release> serving(Place place) {
    return all(
            """
            select document from release join place on release.id = place.serving
            where place.application = ? and place.environment = ?
            """,
            place.application().value(),
            place.environment().value())
        .stream()
        .findFirst();
  }

  /** The releases that have served at the place since it was removed last, newest first. */
  public List<Release> history(Place place) {
    return all(
        """
        select r.document from release r join deployment d on d.id = r.id
          join place p on p.application = r.application and p.environment = r.environment
        where r.application = ? and r.environment = ? and d.state = 'succeeded'
          and (p.removed_at is null or r.recorded_at > p.removed_at)
        order by r.recorded_at desc limit 100
        """,
        place.application().value(),
        place.environment().value());
  }

  /** What was recorded of the place since it was removed last, also what failed; newest first. */
  public List<Release> recorded(Place place) {
    return all(
        """
        select r.document from release r
          join place p on p.application = r.application and p.environment = r.environment
        where r.application = ? and r.environment = ?
          and (p.removed_at is null or r.recorded_at > p.removed_at)
        order by r.recorded_at desc limit 100
        """,
        place.application().value(),
        place.environment().value());
  }

  /**
   * Those of the place that came to nothing, and whose traces nobody has taken back: what their
   * deployments are about still, or gave up to undo.
   */
  public List<Release> notUndone(Place place) {
    return all(
        """
        select r.document from release r join deployment d on d.id = r.id
        where r.application = ? and r.environment = ?
          and (not d.ended or d.state = 'rollback-failed')
        order by r.recorded_at desc limit 100
        """,
        place.application().value(),
        place.environment().value());
  }

  /** Everything that serves anywhere. */
  public List<Release> serving() {
    return all("select document from release join place on release.id = place.serving");
  }

  /** What a deployment of the place returns to when it fails; nothing that must not serve. */
  public Optional<Release> wayBack(Place place) {
    return unrestored(place).isPresent() ? Optional.empty() : serving(place);
  }

  /** The deployment that could not be undone and has left a database as only it needs it. */
  public Optional<DeploymentId> unrestored(Place place) {
    return database
        .sql(
            """
            select unrestored from place
            where application = ? and environment = ? and unrestored is not null
            """)
        .params(place.application().value(), place.environment().value())
        .query(UUID.class)
        .optional()
        .map(DeploymentId::new);
  }

  /** The first one counts: undoing that one makes good what came after it. */
  public void leftUnrestored(Place place, DeploymentId deployment) {
    database
        .sql(
            """
            update place set unrestored = coalesce(unrestored, ?)
            where application = ? and environment = ?
            """)
        .params(deployment.value(), place.application().value(), place.environment().value())
        .update();
  }

  /**
   * That deployment was undone after all.
   *
   * @param returnedTo the release that serves then, if any: a removal may have ended meanwhile that
   *     left nothing to serve
   */
  public void restored(Place place, DeploymentId deployment, @Nullable DeploymentId returnedTo) {
    database
        .sql(
            """
            update place set unrestored = null, serving = coalesce(serving, ?::uuid)
            where application = ? and environment = ? and unrestored = ?
            """)
        .param(returnedTo == null ? null : returnedTo.value())
        .param(place.application().value())
        .param(place.environment().value())
        .param(deployment.value())
        .update();
  }

  public void nowServes(Place place, DeploymentId release) {
    database
        .sql(
            """
            update place set serving = ?, unrestored = null
            where application = ? and environment = ?
            """)
        .params(release.value(), place.application().value(), place.environment().value())
        .update();
  }

  /**
   * Nothing serves there any more; what was taken away did not go entirely. A database that was
   * left unrestored still is.
   */
  public void nothingServes(Place place) {
    database
        .sql("update place set serving = null where application = ? and environment = ?")
        .params(place.application().value(), place.environment().value())
        .update();
  }

  /** Nothing serves there any more, and nothing is to, until a manifest with it is applied. */
  public void removed(Place place, DeploymentId by, Instant at) {
    database
        .sql(
            """
            update place set serving = null, unrestored = null, gone = true, removed_at = ?,
              removed_by = ?
            where application = ? and environment = ?
            """)
        .params(
            Timestamp.from(at),
            by.value(),
            place.application().value(),
            place.environment().value())
        .update();
  }

  /** The deployment that removed the place last, if it did so after that. */
  public Optional<DeploymentId> removedSince(Place place, Instant moment) {
    return database
        .sql(
            """
            select removed_by from place
            where application = ? and environment = ? and removed_at > ?
            """)
        .params(place.application().value(), place.environment().value(), Timestamp.from(moment))
        .query(UUID.class)
        .optional()
        .map(DeploymentId::new);
  }

  public Optional<Instant> removedAt(Place place) {
    return database
        .sql(
            """
            select removed_at from place
            where application = ? and environment = ? and removed_at is not null
            """)
        .params(place.application().value(), place.environment().value())
        .query(Timestamp.class)
        .optional()
        .map(Timestamp::toInstant);
  }

  private List<Release> all(String sql, Object... parameters) {
    return database.sql(sql).params(parameters).query(String.class).list().stream()
        .map(document -> JSON.readValue(document, Release.class))
        .toList();
  }
}
