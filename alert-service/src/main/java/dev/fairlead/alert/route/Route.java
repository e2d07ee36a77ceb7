package dev.fairlead.alert.route;

import java.util.List;

/**
 * One rule of the routing list.
 *
 * @param matchers all must hold; an empty list matches every alert
 * @param receiver who is told
 * @param goOn whether later rules are looked at too
 */
public record Route(List<Matcher> matchers, String receiver, boolean goOn) {

  public Route {
    matchers = List.copyOf(matchers);
  }

  boolean catchesAll() {
    return matchers.isEmpty();
  }
}
