package dev.fairlead.alert.notification;

import dev.fairlead.alert.channel.Bulletin;
import dev.fairlead.alert.channel.NoticeKind;
import dev.fairlead.events.NotificationId;
import java.time.Instant;

/**
 * A message to be sent: a row from the transaction that decided it until long after its delivery.
 *
 * @param revision of the alert that it tells of
 * @param causedAt when the fact happened that it follows from
 */
public record Notification(
    NotificationId id,
    int revision,
    String channel,
    String receiver,
    NoticeKind kind,
    Bulletin bulletin,
    Instant causedAt) {

  public static Notification about(
      Bulletin bulletin,
      int revision,
      String channel,
      String receiver,
      NoticeKind kind,
      Instant causedAt) {
    return new Notification(
        NotificationId.about(bulletin.alert(), revision, channel),
        revision,
        channel,
        receiver,
        kind,
        bulletin,
        causedAt);
  }
}
