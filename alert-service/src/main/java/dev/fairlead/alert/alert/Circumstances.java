package dev.fairlead.alert.alert;

import dev.fairlead.alert.route.Silence;
import java.util.List;

/**
 * What else is the case when an alert is judged.
 *
 * @param silences those in force
 * @param open other open alerts, of those that may inhibit it one at least
 */
public record Circumstances(List<Silence> silences, List<Alert> open) {

  public Circumstances {
    silences = List.copyOf(silences);
    open = List.copyOf(open);
  }
}
