package dev.fairlead.deployer.release;

import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
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

  /** The releases that have served at the place, newest first. */
  public List<Release> history(Place place) {
    return all(
        """
        select r.document from release r join deployment d on d.id = r.id
        where r.application = ? and r.environment = ? and d.state = 'succeeded'
        order by r.recorded_at desc limit 100
        """,
        place.application().value(),
        place.environment().value());
  }

  /** Everything that serves anywhere. */
  public List<Release> serving() {
    return all("select document from release join place on release.id = place.serving");
  }

  public void nowServes(Place place, DeploymentId release) {
    database
        .sql("update place set serving = ? where application = ? and environment = ?")
        .params(release.value(), place.application().value(), place.environment().value())
        .update();
  }

  private List<Release> all(String sql, Object... parameters) {
    return database.sql(sql).params(parameters).query(String.class).list().stream()
        .map(document -> JSON.readValue(document, Release.class))
        .toList();
  }
}
