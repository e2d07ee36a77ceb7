package dev.fairlead.alert.alert;

import dev.fairlead.alert.route.Labels;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.Place;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** What the manifests say of each place: team and labels, for routes to look at. */
final class Places {

  private final JdbcClient database;
  private final JsonMapper json;

  Places(JdbcClient database, JsonMapper json) {
    this.database = database;
    this.json = json;
  }

  void put(ApplicationApplied applied) {
    Labels stated = Labels.of(applied.labels());
    Labels labels = applied.team() == null ? stated : stated.with("team", applied.team());
    database
        .sql(
            """
            insert into place values (?, ?, ?::jsonb)
            on conflict (application, environment) do update set labels = excluded.labels
            """)
        .params(
            applied.application().value(),
            applied.environment().value(),
            json.writeValueAsString(labels))
        .update();
  }

  void remove(Place place) {
    database
        .sql("delete from place where application = ? and environment = ?")
        .params(place.application().value(), place.environment().value())
        .update();
  }

  /** With what is known of their application and environment; what the fact says counts more. */
  Labels completed(Labels labels) {
    return database
        .sql("select labels from place where application = ? and environment = ?")
        .params(labels.get("application"), labels.get("environment"))
        .query(String.class)
        .optional()
        .map(known -> labels.over(json.readValue(known, Labels.class)))
        .orElse(labels);
  }
}
