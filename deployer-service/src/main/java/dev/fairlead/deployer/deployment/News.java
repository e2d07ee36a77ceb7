package dev.fairlead.deployer.deployment;

import dev.fairlead.events.Place;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was last said of places, so that a log does not say the same at every look around. */
final class News {

  private final Map<Place, String> last = new ConcurrentHashMap<>();

  /** Whether the line differs from the one before, which it replaces. */
  boolean is(Place place, String line) {
    return !line.equals(last.put(place, line));
  }

  /** All is well there: the next line is news. */
  void settled(Place place) {
    last.remove(place);
  }
}
