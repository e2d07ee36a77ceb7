package dev.fairlead.edge.traffic;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What must happen within the same time: the oldest is the first to be overdue, so that one look
 * now and then is enough and setting one costs no timer.
 */
final class Deadlines {
  private final long withinNanos;
  private final Map<Runnable, Long> sinceNanos = new LinkedHashMap<>();

  Deadlines(Duration within) {
    this.withinNanos = within.toNanos();
  }

  /** From now on it has the whole time, also where a deadline was set before. */
  void set(Runnable whenOverdue) {
    sinceNanos.remove(whenOverdue);
    sinceNanos.put(whenOverdue, System.nanoTime());
  }

  void clear(Runnable whenOverdue) {
    sinceNanos.remove(whenOverdue);
  }

  void enforce() {
    long now = System.nanoTime();
    while (!sinceNanos.isEmpty()) {
      Iterator<Map.Entry<Runnable, Long>> oldestFirst = sinceNanos.entrySet().iterator();
      Map.Entry<Runnable, Long> oldest = oldestFirst.next();
      if (now - oldest.getValue() < withinNanos) {
        return;
      }
      oldestFirst.remove();
      oldest.getKey().run();
    }
  }
}
