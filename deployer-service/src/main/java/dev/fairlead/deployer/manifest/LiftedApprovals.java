package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.manifest.ApprovalPolicy.Lifted;
import dev.fairlead.events.Actor;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The places where deployments needed approval until one person took that away. It is taken away
 * for that person, too, once another approver applies a manifest that says the same.
 */
final class LiftedApprovals {

  /** In SQL: whether deployments to a place needed approval when a manifest last named it. */
  static final String GUARDED = "coalesce(guarded, approval_lifted_by is not null)";

  private final JdbcClient database;

  LiftedApprovals(JdbcClient database) {
    this.database = database;
  }

  Optional<Lifted> at(Place place) {
    return database
        .sql(
            """
            select approval_lifted_by, approval_lifted_at from place
            where application = ? and environment = ? and approval_lifted_by is not null
            """)
        .params(place.application().value(), place.environment().value())
        .query((row, number) -> lifted(row).orElseThrow())
        .optional();
  }

  /** Of a row of the table of places, which may be absent in an outer join. */
  static Optional<Lifted> lifted(ResultSet row) throws SQLException {
    String by = row.getString("approval_lifted_by");
    return by == null
        ? Optional.empty()
        : Optional.of(
            new Lifted(new Actor(by), row.getTimestamp("approval_lifted_at").toInstant()));
  }

  /** Whether there is a place of the application whose approval that person lifted alone. */
  boolean any(ApplicationName application, Actor by) {
    return database
        .sql(
            """
            select exists (select from place where application = ? and approval_lifted_by = ?)
            """)
        .params(application.value(), by.value())
        .query(Boolean.class)
        .single();
  }

  /** Remembers whether deployments need approval there as the manifest says that names it last. */
  void guard(Place place, boolean guarded) {
    database
        .sql("update place set guarded = ? where application = ? and environment = ?")
        .params(guarded, place.application().value(), place.environment().value())
        .update();
  }

  /** The places of the application that needed approval when a manifest last named them. */
  List<EnvironmentName> guarded(ApplicationName application) {
    return database
        .sql(
            "select environment from place where application = ? and %s order by environment"
                .formatted(GUARDED))
        .param(application.value())
        .query((row, number) -> new EnvironmentName(row.getString("environment")))
        .list();
  }

  void lift(Place place, Lifted lifted) {
    database
        .sql(
            """
            update place set approval_lifted_by = ?, approval_lifted_at = ?
            where application = ? and environment = ?
            """)
        .params(
            lifted.by().value(),
            Timestamp.from(lifted.at()),
            place.application().value(),
            place.environment().value())
        .update();
  }

  /** Somebody added it without approval to an application that had other places. */
  void open(Place place, Actor by) {
    database
        .sql("update place set opened_by = ? where application = ? and environment = ?")
        .params(by.value(), place.application().value(), place.environment().value())
        .update();
  }

  /** The places of the application that this person added without approval, and nobody else. */
  List<Place> openedBy(ApplicationName application, Actor by) {
    return database
        .sql("select environment from place where application = ? and opened_by = ?")
        .params(application.value(), by.value())
        .query((row, number) -> Place.of(application.value(), row.getString("environment")))
        .list();
  }

  /**
   * An approver applied a manifest that asks for no approval there.
   *
   * @return whose lift that agrees to; empty where nobody else's was waiting for it
   */
  Optional<Lifted> agree(Place place, Actor by) {
    database
        .sql(
            """
            update place set opened_by = null
            where application = ? and environment = ? and opened_by <> ?
            """)
        .params(place.application().value(), place.environment().value(), by.value())
        .update();
    Optional<Lifted> waiting = at(place).filter(lifted -> !lifted.by().equals(by));
    waiting.ifPresent(ignored -> clear(place));
    return waiting;
  }

  /** Approval is asked for there again. */
  void restore(Place place) {
    clear(place);
    database
        .sql("update place set opened_by = null where application = ? and environment = ?")
        .params(place.application().value(), place.environment().value())
        .update();
  }

  private void clear(Place place) {
    database
        .sql(
            """
            update place set approval_lifted_by = null, approval_lifted_at = null
            where application = ? and environment = ?
            """)
        .params(place.application().value(), place.environment().value())
        .update();
  }
}
