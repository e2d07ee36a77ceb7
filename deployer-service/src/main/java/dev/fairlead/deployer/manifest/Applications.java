package dev.fairlead.deployer.manifest;

import dev.fairlead.events.Actor;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The applications whose manifest was applied. */
public final class Applications {

  private static final String SELECT =
      "select name, manifest, directory, applied_at from application ";

  private final JdbcClient database;
  private final HostValues host;
  private final LiftedApprovals lifted;

  /**
   * @param host what manifests may name of the deployer's host
   */
  public Applications(JdbcClient database, HostValues host) {
    this.database = database;
    this.host = host;
    this.lifted = new LiftedApprovals(database);
  }

  /**
   * What was applied, as it is to be understood now.
   *
   * @throws InvalidManifest with everything that is wrong by now
   */
  public Manifest manifest(AppliedManifest applied) {
    return Manifest.read(applied.yaml(), host);
  }

  HostValues host() {
    return host;
  }

  /** Locks the application's row, so that what is announced of it is announced in this order. */
  void apply(AppliedManifest manifest, List<Place> places, Actor by) {
    database
        .sql(
            """
            insert into application (name, manifest, directory, applied_at, applied_by)
            values (?, ?, ?, ?, ?)
            on conflict (name) do update set manifest = excluded.manifest,
              directory = excluded.directory, applied_at = excluded.applied_at,
              applied_by = excluded.applied_by
            """)
        .params(
            manifest.application().value(),
            manifest.yaml(),
            manifest.directory().toString(),
            Timestamp.from(manifest.appliedAt()),
            by.value())
        .update();
    for (Place place : places) {
      database
          .sql(
              """
              insert into place (application, environment) values (?, ?)
              on conflict (application, environment) do update set gone = false
              """)
          .params(place.application().value(), place.environment().value())
          .update();
    }
  }

  /** Who lifted the approval of which of its places. */
  LiftedApprovals lifted() {
    return lifted;
  }

  /**
   * What was applied before, locked: until the transaction ends nobody else applies one, also where
   * this is the first.
   */
  Optional<AppliedManifest> before(ApplicationName name) {
    database
        .sql("select pg_advisory_xact_lock(hashtextextended('application ' || ?, 0))")
        .param(name.value())
        .query((row, number) -> name)
        .single();
    return database
        .sql(SELECT + "where name = ? for update")
        .param(name.value())
        .query(Applications::read)
        .optional();
  }

  /** What was applied, and for this place who lifted the approval; both of the same moment. */
  public Optional<AppliedManifest.At> at(Place place) {
    return database
        .sql(
            """
            select name, manifest, directory, applied_at, approval_lifted_by, approval_lifted_at,
              coalesce(gone, false) as gone, %s as guarded
            from application left join place on application = name and environment = ?
            where name = ?
            """
                .formatted(LiftedApprovals.GUARDED))
        .params(place.environment().value(), place.application().value())
        .query(
            (row, number) ->
                new AppliedManifest.At(
                    read(row, number),
                    LiftedApprovals.lifted(row),
                    row.getBoolean("guarded"),
                    row.getBoolean("gone")))
        .optional();
  }

  /** The places of the application that were not removed, by their environments. */
  public List<KnownPlace> places(ApplicationName application) {
    return database
        .sql(
            """
            select p.environment, r.version from place p left join release r on r.id = p.serving
            where p.application = ? and not p.gone order by p.environment
            """)
        .param(application.value())
        .query(
            (row, number) ->
                new KnownPlace(
                    new EnvironmentName(row.getString("environment")),
                    Optional.ofNullable(row.getString("version")).map(Version::new)))
        .list();
  }

  public Optional<AppliedManifest> find(ApplicationName name) {
    return database
        .sql(SELECT + "where name = ?")
        .param(name.value())
        .query(Applications::read)
        .optional();
  }

  public List<AppliedManifest> all() {
    return database.sql(SELECT + "order by name").query(Applications::read).list();
  }

  private static AppliedManifest read(ResultSet row, int number) throws SQLException {
    return new AppliedManifest(
        new ApplicationName(row.getString("name")),
        row.getString("manifest"),
        Path.of(row.getString("directory")),
        row.getTimestamp("applied_at").toInstant());
  }
}
