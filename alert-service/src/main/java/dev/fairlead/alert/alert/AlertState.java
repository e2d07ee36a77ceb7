package dev.fairlead.alert.alert;

import dev.fairlead.events.Actor;
import java.time.Instant;

/** Where an alert is in its life. */
public sealed interface AlertState {

  /** As in JSON and in the table. */
  String word();

  record Open() implements AlertState {
    @Override
    public String word() {
      return "open";
    }
  }

  /**
   * @param via console, cli or api
   */
  record Acknowledged(Actor by, Instant at, String via) implements AlertState {
    @Override
    public String word() {
      return "acknowledged";
    }
  }

  record Resolved(Instant at, String reason) implements AlertState {
    @Override
    public String word() {
      return "resolved";
    }
  }
}
