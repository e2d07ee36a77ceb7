package dev.fairlead.alert.channel;

import dev.fairlead.events.NotificationId;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One message to one channel: everything that it has not been told yet about one alert.
 *
 * @param key the same whenever this message is sent again; receivers can tell a repetition by it
 * @param notices what is to be told, oldest first, at least one
 * @param bulletin the latest state
 * @param thread the vendor's reference to the first message about this alert, if there is one
 * @param repeated a worker died while sending this: it may have arrived already
 */
public record Delivery(
    NotificationId key,
    List<NoticeKind> notices,
    Bulletin bulletin,
    @Nullable String thread,
    boolean repeated,
    Instant now) {

  public Delivery {
    notices = List.copyOf(notices);
  }

  /** It broke and was resolved, and neither was told yet: one message says both. */
  public boolean combined() {
    return has(NoticeKind.RESOLVED) && notices.stream().anyMatch(NoticeKind::alarms);
  }

  public boolean resolved() {
    return has(NoticeKind.RESOLVED);
  }

  boolean has(NoticeKind kind) {
    return kinds().contains(kind);
  }

  private Set<NoticeKind> kinds() {
    return EnumSet.copyOf(notices);
  }
}
