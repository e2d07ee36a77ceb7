package dev.fairlead.alert.route;

import dev.fairlead.events.Actor;
import dev.fairlead.events.SilenceId;
import java.time.Instant;
import java.util.List;

/** Alerts that match notify nobody from {@code startsAt} until {@code endsAt}. */
public record Silence(
    SilenceId id,
    List<Matcher> matchers,
    Instant startsAt,
    Instant endsAt,
    Actor createdBy,
    String comment) {

  public Silence {
    matchers = List.copyOf(matchers);
  }

  public boolean covers(Labels labels, Instant now) {
    return !now.isBefore(startsAt) && now.isBefore(endsAt) && Matcher.all(matchers, labels);
  }
}
