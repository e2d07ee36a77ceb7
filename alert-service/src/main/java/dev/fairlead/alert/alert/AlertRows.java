package dev.fairlead.alert.alert;

import static dev.fairlead.alert.Moments.instant;
import static dev.fairlead.alert.Moments.instantOrNull;

import dev.fairlead.alert.channel.Words;
import dev.fairlead.alert.route.Labels;
import dev.fairlead.events.Actor;
import dev.fairlead.events.AlertId;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.Severity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.UUID;
import org.springframework.jdbc.core.RowMapper;
import tools.jackson.databind.json.JsonMapper;

/** Reads alerts from rows of their table. */
final class AlertRows implements RowMapper<Alert> {

  private final JsonMapper json;

  AlertRows(JsonMapper json) {
    this.json = json;
  }

  @Override
  public Alert mapRow(ResultSet row, int number) throws SQLException {
    return new Alert(
        new AlertId(row.getObject("id", UUID.class)),
        new IncidentId(row.getObject("incident", UUID.class)),
        new Fingerprint(row.getString("fingerprint")),
        row.getString("cause"),
        Severity.valueOf(row.getString("severity").toUpperCase(Locale.ROOT)),
        json.readValue(row.getString("words"), Words.class),
        json.readValue(row.getString("labels"), Labels.class),
        state(row),
        instant(row, "since"),
        instant(row, "raised_at"),
        instant(row, "last_seen_at"),
        row.getInt("occurrences"),
        row.getInt("revision"),
        row.getString("suppressed"),
        instantOrNull(row, "remind_at"));
  }

  private static AlertState state(ResultSet row) throws SQLException {
    return switch (row.getString("state")) {
      case "acknowledged" ->
          new AlertState.Acknowledged(
              new Actor(row.getString("acknowledged_by")),
              instant(row, "acknowledged_at"),
              row.getString("acknowledged_via"));
      case "resolved" ->
          new AlertState.Resolved(instant(row, "resolved_at"), row.getString("resolution"));
      default -> new AlertState.Open();
    };
  }
}
