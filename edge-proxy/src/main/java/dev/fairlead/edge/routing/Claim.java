package dev.fairlead.edge.routing;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * One request given to one instance: counted as in flight from the claim to {@link #close()}, so
 * that a swap never loses sight of it.
 */
public final class Claim implements Answer {
  private enum Outcome {
    OPEN,
    GOOD,
    COUNTED_AS_ERROR
  }

  private final Route route;
  private final Instance instance;
  private final String release;
  private long startNanos;
  private Outcome outcome = Outcome.OPEN;
  private boolean closed;

  Claim(Route route, Instance instance, long nowNanos) {
    this.route = route;
    this.instance = instance;
    this.release = instance.release();
    this.startNanos = nowNanos;
  }

  public Instance instance() {
    return instance;
  }

  /** The instance and where it is, for people. */
  public String name() {
    return instance.id() + " at " + instance.address();
  }

  public String routeName() {
    return route.definition().name();
  }

  /** The release that ran there when the request was claimed. */
  public String release() {
    return release;
  }

  /** The request is sent completely: from here on the instance is what we wait for. */
  public void sent(long nowNanos) {
    startNanos = nowNanos;
  }

  /** The head of the answer has come. */
  public void answered(int status, long nowNanos) {
    synchronized (route) {
      if (outcome == Outcome.OPEN) {
        instance.answered(status, nowNanos - startNanos);
        outcome = status >= 500 ? Outcome.COUNTED_AS_ERROR : Outcome.GOOD;
      }
    }
  }

  /** The instance did not answer, or broke off its answer. */
  public void failed() {
    synchronized (route) {
      switch (outcome) {
        case OPEN -> instance.failed();
        case GOOD -> instance.brokeOff();
        case COUNTED_AS_ERROR -> {}
      }
      outcome = Outcome.COUNTED_AS_ERROR;
    }
  }

  /** The instance could not be reached: others are preferred for a moment. */
  public void refused(long nowNanos) {
    synchronized (route) {
      failed();
      route.pool().suspect(instance, nowNanos);
    }
  }

  /**
   * Says how to end a WebSocket or an event stream, which would otherwise outlive any drain. It is
   * called, with the delay after which to act, when the instance starts to drain; at once if it
   * already does.
   */
  public void whenDraining(Consumer<Duration> closer) {
    synchronized (route) {
      if (!instance.isDraining()) {
        instance.closers().add(closer);
        return;
      }
    }
    closer.accept(Duration.ZERO);
  }

  /** Forgets what {@link #whenDraining} was told. */
  public void endedByItself(Consumer<Duration> closer) {
    synchronized (route) {
      instance.closers().remove(closer);
    }
  }

  /** The request is over. Calling it again does nothing. */
  public void close() {
    synchronized (route) {
      if (closed) {
        return;
      }
      closed = true;
      if (outcome == Outcome.OPEN) {
        instance.abandoned();
      }
      instance.end();
      if (instance.isGone()) {
        route.pool().forgetDrained();
      }
    }
  }
}
