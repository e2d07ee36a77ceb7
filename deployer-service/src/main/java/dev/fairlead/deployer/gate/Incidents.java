package dev.fairlead.deployer.gate;

import dev.fairlead.events.HealthEvent.HealthDegraded;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Severity;
import java.sql.Timestamp;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Incidents of deployed applications that have not ended, as the health service told them. */
public final class Incidents {

  private final JdbcClient database;

  public Incidents(JdbcClient database) {
    this.database = database;
  }

  public void began(Place place, HealthDegraded degraded) {
    database
        .sql(
            """
            insert into open_incident (incident, application, environment, target, severity, since)
            values (?, ?, ?, ?, ?, ?) on conflict do nothing
            """)
        .params(
            degraded.incident().value(),
            place.application().value(),
            place.environment().value(),
            degraded.target().value(),
            degraded.severity().name(),
            Timestamp.from(degraded.firstFailureAt()))
        .update();
  }

  public void ended(IncidentId incident) {
    database.sql("delete from open_incident where incident = ?").param(incident.value()).update();
  }

  /** The targets of the place that are critically unwell. */
  List<String> critical(Place place) {
    return database
        .sql(
            """
            select target from open_incident
            where application = ? and environment = ? and severity = ?
            order by target
            """)
        .params(place.application().value(), place.environment().value(), Severity.CRITICAL.name())
        .query(String.class)
        .list();
  }
}
