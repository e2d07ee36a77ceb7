package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One message about an alert to one destination. */
public record NotificationId(@JsonValue UUID value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static NotificationId of(String text) {
    return new NotificationId(Uuids.parse("notification id", text));
  }

  /** A new one, later in order than every one made before it by this process. */
  public static NotificationId random() {
    return new NotificationId(Uuids.timeOrdered());
  }

  /**
   * The message about this revision of an alert to this channel: planning it again never makes a
   * second one.
   */
  public static NotificationId about(AlertId alert, int revision, String channel) {
    return new NotificationId(
        Uuids.derivedFrom("notification:%s#%d#%s".formatted(alert, revision, channel)));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
