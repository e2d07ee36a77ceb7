package dev.fairlead.alert.alert;

import dev.fairlead.alert.channel.NoticeKind;
import dev.fairlead.events.AlertEvent;
import java.util.List;

/**
 * What is to be done about an alert, and why; carrying it out is another's work.
 *
 * @param alert as it is from now on
 * @param notices who is told
 * @param events what the other services learn
 * @param trace the reasons, in the order in which they were found
 */
public record Decision(
    Alert alert, List<Notice> notices, List<AlertEvent> events, List<Finding> trace) {

  /** One message to a channel, about the alert's present revision. */
  public record Notice(String channel, String receiver, NoticeKind kind) {}

  /**
   * @param step raise, deduplicate, suppress, route, notify, acknowledge, remind, resolve
   */
  public record Finding(String step, String finding) {}

  public Decision {
    notices = List.copyOf(notices);
    events = List.copyOf(events);
    trace = List.copyOf(trace);
  }
}
