package dev.fairlead.edge.traffic;

import java.util.ArrayList;
import java.util.List;

/** Another proxy serves here now: connections end as soon as that costs nobody a request. */
public final class Departure {
  private final List<Runnable> told = new ArrayList<>();
  private volatile boolean begun;

  public synchronized void begin() {
    begun = true;
    told.forEach(Runnable::run);
  }

  boolean hasBegun() {
    return begun;
  }

  synchronized void whenItBegins(Runnable action) {
    told.add(action);
  }
}
