package dev.fairlead.deployer.webhook;

import dev.fairlead.events.Place;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What has been delivered, so that nothing is acted upon twice. */
final class Deliveries {

  private final JdbcClient database;

  Deliveries(JdbcClient database) {
    this.database = database;
  }

  /**
   * Whether it is new, by its id and by its content: an id is not signed, so one who has recorded a
   * message could send it again under another.
   */
  boolean isNew(Place place, String id, String fingerprint) {
    return database
            .sql(
                """
                insert into delivery (application, environment, id, fingerprint)
                values (?, ?, ?, ?) on conflict do nothing
                """)
            .params(place.application().value(), place.environment().value(), id, fingerprint)
            .update()
        == 1;
  }
}
