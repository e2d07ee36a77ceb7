package dev.fairlead.alert.notification;

import dev.fairlead.alert.channel.Bulletin;
import dev.fairlead.alert.channel.Delivery;
import dev.fairlead.alert.channel.NoticeKind;
import dev.fairlead.events.NotificationId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything a channel has not been told yet about one alert, claimed to be sent as one message.
 *
 * @param token tells this claim from one that took over after its lease had run out
 * @param rows oldest first, at least one
 */
record Claim(UUID token, String channel, List<Row> rows, @Nullable String thread) {

  /**
   * @param attempts this one included
   * @param repeated an earlier claim ended without saying how
   */
  record Row(
      NotificationId id,
      NoticeKind kind,
      Bulletin bulletin,
      int attempts,
      boolean repeated,
      Instant causedAt,
      Instant createdAt) {}

  Claim {
    rows = List.copyOf(rows);
  }

  /** The one whose state counts; the message has its id. */
  Row latest() {
    return rows.getLast();
  }

  int attempts() {
    return rows.stream().mapToInt(Row::attempts).max().orElse(1);
  }

  Instant waitingSince() {
    return rows.getFirst().createdAt();
  }

  Delivery delivery(Instant now) {
    return new Delivery(
        latest().id(),
        rows.stream().map(Row::kind).toList(),
        latest().bulletin(),
        thread,
        rows.stream().anyMatch(Row::repeated),
        now);
  }
}
