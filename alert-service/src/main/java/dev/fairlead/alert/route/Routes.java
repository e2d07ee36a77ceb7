package dev.fairlead.alert.route;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The routing list: the first rule that matches decides, unless it says to go on. */
public record Routes(List<Route> list) {

  /**
   * @param receivers in the order of the rules, each once
   * @param findings what every rule that was looked at said
   */
  public record Answer(Set<String> receivers, List<String> findings) {}

  public Routes {
    list = List.copyOf(list);
  }

  public Answer receiversOf(Labels labels) {
    Set<String> receivers = new LinkedHashSet<>();
    List<String> findings = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Route route = list.get(i);
      Optional<Matcher> obstacle =
          route.matchers().stream().filter(matcher -> !matcher.matches(labels)).findFirst();
      findings.add(finding(i + 1, route, obstacle, labels));
      if (obstacle.isEmpty()) {
        receivers.add(route.receiver());
        if (!route.goOn()) {
          break;
        }
      }
    }
    if (receivers.isEmpty()) {
      findings.add("no route matched: nobody is notified");
    }
    return new Answer(receivers, findings);
  }

  /** Whether no alert can fall through. */
  public boolean catchesAll() {
    return list.stream().anyMatch(Route::catchesAll);
  }

  private static String finding(
      int number, Route route, Optional<Matcher> obstacle, Labels labels) {
    if (obstacle.isPresent()) {
      Matcher matcher = obstacle.get();
      return "route %d (%s) passed over: %s, but %s is '%s'"
          .formatted(
              number, route.receiver(), matcher, matcher.label(), labels.get(matcher.label()));
    }
    return "route %d matched %s: receiver %s"
        .formatted(
            number,
            route.catchesAll() ? "everything" : route.matchers().toString(),
            route.receiver());
  }
}
