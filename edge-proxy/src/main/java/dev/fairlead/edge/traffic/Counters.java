package dev.fairlead.edge.traffic;

import java.util.concurrent.atomic.LongAdder;

/** What the proxy did by itself, for /metrics. */
public record Counters(
    LongAdder connections, LongAdder retries, LongAdder refusals, LongAdder goodbyes) {
  public Counters() {
    this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
  }
}
