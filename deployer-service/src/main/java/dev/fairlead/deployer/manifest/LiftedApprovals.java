package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.manifest.ApprovalPolicy.Lifted;
import dev.fairlead.events.Actor;
import dev.fairlead.events.Place;
import java.sql.Timestamp;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The places where deployments needed approval until one person took that away. It is taken away
 * for that person, too, once another one applies a manifest that says the same.
 */
final class LiftedApprovals {

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
        .query(
            (row, number) ->
                new Lifted(
                    new Actor(row.getString("approval_lifted_by")),
                    row.getTimestamp("approval_lifted_at").toInstant()))
        .optional();
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

  /** Somebody applied a manifest that asks for no approval there. */
  void agree(Place place, Actor by) {
    database
        .sql(
            """
            update place set approval_lifted_by = null, approval_lifted_at = null
            where application = ? and environment = ? and approval_lifted_by <> ?
            """)
        .params(place.application().value(), place.environment().value(), by.value())
        .update();
  }

  /** Approval is asked for there again. */
  void restore(Place place) {
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
