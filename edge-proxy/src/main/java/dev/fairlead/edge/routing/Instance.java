package dev.fairlead.edge.routing;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A live instance and its figures. All of its changing state is guarded by the lock of its route;
 * only {@link #isGone()} may be asked from outside.
 */
public final class Instance {
  private final String id;
  private final Address address;
  private InstanceDefinition definition;

  private int inFlight;

  /** In flight at a proxy that this one took over from. */
  private int inFlightElsewhere;

  private long requests;
  private long errors;
  private final Latencies latencies = new Latencies();

  /** Smooth weighted round robin: what this instance is owed. */
  private int credit;

  private long suspectUntilNanos;
  private boolean suspect;
  private boolean draining;
  private volatile boolean gone;
  private final Set<Consumer<Duration>> closers = new LinkedHashSet<>();

  Instance(InstanceDefinition definition) {
    this.id = definition.id();
    this.address = definition.address();
    this.definition = definition;
  }

  static Instance draining(InstanceDefinition definition) {
    Instance instance = new Instance(definition);
    instance.drain();
    return instance;
  }

  public String id() {
    return id;
  }

  public Address address() {
    return address;
  }

  /** Nothing runs there on behalf of this proxy any more: idle connections may be closed. */
  public boolean isGone() {
    return gone;
  }

  boolean is(InstanceDefinition other) {
    return id.equals(other.id()) && address.equals(other.address());
  }

  void serve(InstanceDefinition wanted) {
    definition = wanted;
    draining = false;
    gone = false;
  }

  void drain() {
    draining = true;
    credit = 0;
    gone = inFlight() == 0;
  }

  void begin() {
    inFlight++;
  }

  void end() {
    inFlight--;
    gone = draining && inFlight() == 0;
  }

  void elsewhere(int count) {
    inFlightElsewhere = count;
    gone = draining && inFlight() == 0;
  }

  void answered(int status, long nanos) {
    requests++;
    latencies.record(nanos);
    suspect = false;
    if (status >= 500) {
      errors++;
    }
  }

  void abandoned() {
    requests++;
  }

  void failed() {
    requests++;
    errors++;
  }

  void brokeOff() {
    errors++;
  }

  void suspectUntil(long nanos) {
    suspect = true;
    suspectUntilNanos = nanos;
  }

  boolean isSuspect(long nowNanos) {
    return suspect && nowNanos - suspectUntilNanos < 0;
  }

  boolean isDraining() {
    return draining;
  }

  int weight() {
    return definition.weight();
  }

  String release() {
    return definition.release();
  }

  int inFlight() {
    return inFlight + inFlightElsewhere;
  }

  int addCredit(int amount) {
    credit += amount;
    return credit;
  }

  Set<Consumer<Duration>> closers() {
    return closers;
  }

  InstanceStatus status() {
    return new InstanceStatus(
        definition,
        draining ? InstanceStatus.State.DRAINING : InstanceStatus.State.SERVING,
        inFlight(),
        requests,
        errors,
        latencies.percentile(0.50),
        latencies.percentile(0.95),
        latencies.percentile(0.99),
        latencies.counts());
  }
}
