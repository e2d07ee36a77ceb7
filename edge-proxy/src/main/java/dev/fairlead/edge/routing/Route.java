package dev.fairlead.edge.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A live route. Its monitor makes a claim and a swap exclude each other, which is the whole of the
 * zero-loss argument: after {@link #swap} returned, no request can be claimed on a removed
 * instance, and every request claimed before is counted there.
 */
public final class Route {
  /** Requests that may wait at once; beyond it they are refused instead of filling the memory. */
  static final int MOST_WAITING = 5_000;

  private RouteDefinition definition;
  private final Pool pool = new Pool();
  private Optional<Duration> hold = Optional.empty();
  private final Set<Runnable> waiting = new LinkedHashSet<>();

  Route(RouteDefinition definition) {
    this.definition = definition;
    pool.replace(definition.instances());
  }

  /**
   * Claims an instance for one request, or says why not.
   *
   * @param release the release a sticky visitor came from
   * @param tried instances that failed this request already
   * @param whenReleased called once after the answer was {@link Answer.Held} and the hold ended
   */
  public synchronized Answer claim(
      Optional<String> release, Set<Instance> tried, long nowNanos, Runnable whenReleased) {
    if (hold.isPresent()) {
      if (waiting.size() >= MOST_WAITING) {
        return new Answer.Nobody("the route is held and too many requests wait already", false);
      }
      waiting.add(whenReleased);
      return new Answer.Held(hold.get());
    }
    Optional<Instance> chosen = pool.choose(release, tried, nowNanos);
    if (chosen.isEmpty()) {
      return new Answer.Nobody("route " + definition.name() + " has no instance", !pool.isEmpty());
    }
    chosen.get().begin();
    return new Claim(this, chosen.get(), nowNanos);
  }

  /** A held request will not wait any longer. */
  public synchronized void giveUp(Runnable whenReleased) {
    waiting.remove(whenReleased);
  }

  /** The cookie that keeps a visitor on one release, if the route wants that. */
  public synchronized Optional<String> stickyCookie() {
    return definition.stickyCookie();
  }

  public synchronized RouteDefinition definition() {
    return definition;
  }

  public synchronized Optional<Duration> hold() {
    return hold;
  }

  public synchronized RouteStatus status() {
    return new RouteStatus(
        definition, hold, waiting.size(), pool.all().map(Instance::status).toList());
  }

  /** The wanted instances that do not serve yet, and so must prove their health first. */
  synchronized List<InstanceDefinition> newcomers(RouteDefinition wanted) {
    return wanted.instances().stream().filter(one -> !pool.serves(one)).toList();
  }

  void swap(RouteDefinition wanted) {
    Map<Consumer<Duration>, Duration> closings;
    synchronized (this) {
      definition = wanted;
      closings = spread(pool.replace(wanted.instances()), wanted.drain());
    }
    closings.forEach(Consumer::accept);
  }

  /** Ends long-lived connections; requests on kept connections are still served. */
  void farewell(Duration window) {
    Map<Consumer<Duration>, Duration> closings;
    synchronized (this) {
      closings = spread(pool.all().toList(), window);
    }
    closings.forEach(Consumer::accept);
  }

  /** All leave: the route was deleted. */
  void retire(Duration window) {
    Map<Consumer<Duration>, Duration> closings;
    synchronized (this) {
      closings = spread(pool.replace(List.of()), window);
    }
    closings.forEach(Consumer::accept);
    release();
  }

  /** All that a proxy which this one took over from has in flight. */
  synchronized void elsewhere(List<Elsewhere> inFlight) {
    pool.elsewhere(inFlight);
  }

  synchronized void hold(Duration atMost) {
    hold = Optional.of(atMost);
  }

  void release() {
    List<Runnable> woken;
    synchronized (this) {
      hold = Optional.empty();
      woken = new ArrayList<>(waiting);
      waiting.clear();
    }
    woken.forEach(Runnable::run);
  }

  /** Called with the monitor held. */
  Pool pool() {
    return pool;
  }

  /**
   * Long-lived connections end one after another over four fifths of the window, so that their
   * clients do not come back all at once; the last fifth is for saying goodbye.
   */
  private static Map<Consumer<Duration>, Duration> spread(List<Instance> leaving, Duration window) {
    List<Consumer<Duration>> closers = new ArrayList<>();
    for (Instance instance : leaving) {
      closers.addAll(instance.closers());
      instance.closers().clear();
    }
    Map<Consumer<Duration>, Duration> closings = new LinkedHashMap<>();
    for (int i = 0; i < closers.size(); i++) {
      Duration delay = window.multipliedBy(4L * i).dividedBy(5L * closers.size());
      closings.put(closers.get(i), delay);
    }
    return closings;
  }
}
