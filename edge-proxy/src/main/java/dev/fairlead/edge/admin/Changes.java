package dev.fairlead.edge.admin;

import static java.util.stream.Collectors.toMap;

import dev.fairlead.edge.routing.InstanceDefinition;
import dev.fairlead.edge.routing.MatchTaken;
import dev.fairlead.edge.routing.Route;
import dev.fairlead.edge.routing.RouteDefinition;
import dev.fairlead.edge.routing.RouteStatus;
import dev.fairlead.edge.routing.RoutingTable;
import dev.fairlead.edge.state.StateFile;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Changes to routes, one at a time: checked, then saved, then done. A change that cannot be saved
 * is not done; one that was saved but cut off by a kill is done at the next start, which is what
 * its sender will ask for again anyway.
 */
public final class Changes {
  private static final System.Logger LOG = System.getLogger(Changes.class.getName());

  /** A takeover that succeeds takes milliseconds; another change as long as the disk. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final RoutingTable routes;
  private final StateFile state;
  private final Semaphore turn = new Semaphore(1);
  private volatile boolean paused;
  private volatile boolean replaced;
  private volatile Listener listener = removed -> {};

  /** Whom else a change concerns. */
  public interface Listener {

    /**
     * Called after a change, before its sender is told.
     *
     * @param removed instances that were taken off their route, by its name
     */
    void changed(Map<String, List<InstanceDefinition>> removed);
  }

  /** Another proxy is about to take over, or this one cannot read what that one has saved. */
  static final class Paused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Paused() {
      super(
          "another proxy takes over, or has left routes that cannot be read; try again, and see the"
              + " log of the proxy if it goes on");
    }
  }

  /** Another proxy has taken over: it is the one to be asked. */
  static final class Replaced extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  public Changes(RoutingTable routes, StateFile state) {
    this.routes = routes;
    this.state = state;
  }

  /** Routes as they were before the proxy stopped or was killed. */
  public int restore() throws IOException {
    List<StateFile.Saved> saved = state.load();
    for (StateFile.Saved route : saved) {
      routes.put(route.definition());
      route.hold().ifPresent(atMost -> routes.hold(route.definition().name(), atMost));
    }
    return saved.size();
  }

  public void whenChanged(Listener concerned) {
    listener = concerned;
  }

  /**
   * Does as the proxy does that has taken over: what is still asked on kept connections here must
   * not go to an instance that was drained there.
   *
   * @return whether it does, with every route, or else none
   */
  public synchronized boolean follow() {
    return state.saved().map(this::follow).orElse(false);
  }

  /**
   * The same, of a proxy that has ended: this one saves again after that, and must not lose what it
   * has not read.
   *
   * @return whether changes may be made here
   */
  public synchronized boolean takeBack() {
    return state.isMissing() || follow();
  }

  /** The same where there is something new, for a successor that does not say so. */
  public synchronized void catchUp() {
    state.news().ifPresent(this::follow);
  }

  private boolean follow(List<StateFile.Saved> saved) {
    Map<String, List<InstanceDefinition>> before = instances();
    try {
      routes.become(saved.stream().map(StateFile.Saved::definition).toList());
    } catch (MatchTaken e) {
      LOG.log(System.Logger.Level.WARNING, "follows=no reason=\"{0}\"", e.getMessage());
      return false;
    }
    for (StateFile.Saved route : saved) {
      String name = route.definition().name();
      route.hold().ifPresentOrElse(atMost -> routes.hold(name, atMost), () -> routes.release(name));
    }
    tell(before);
    return true;
  }

  private Map<String, List<InstanceDefinition>> instances() {
    return routes.all().stream()
        .map(Route::definition)
        .collect(toMap(RouteDefinition::name, RouteDefinition::instances));
  }

  private void tell(Map<String, List<InstanceDefinition>> before) {
    Map<String, List<InstanceDefinition>> now = instances();
    Map<String, List<InstanceDefinition>> removed = new HashMap<>();
    before.forEach(
        (route, instances) -> {
          List<InstanceDefinition> kept = now.getOrDefault(route, List.of());
          removed.put(
              route,
              instances.stream()
                  .filter(one -> kept.stream().noneMatch(other -> same(one, other)))
                  .toList());
        });
    listener.changed(removed);
  }

  private static boolean same(InstanceDefinition one, InstanceDefinition other) {
    return one.id().equals(other.id()) && one.address().equals(other.address());
  }

  RouteStatus put(RouteDefinition wanted) throws IOException {
    await();
    try {
      routes.check(wanted);
      Optional<Duration> hold = routes.named(wanted.name()).flatMap(Route::hold);
      saveWith(wanted.name(), ignored -> Stream.of(new StateFile.Saved(wanted, hold)));
      Map<String, List<InstanceDefinition>> before = instances();
      Route route = routes.put(wanted);
      tell(before);
      return route.status();
    } finally {
      turn.release();
    }
  }

  void delete(String name, long fence) throws IOException {
    await();
    try {
      routes.checkFence(name, fence);
      saveWith(name, ignored -> Stream.empty());
      Map<String, List<InstanceDefinition>> before = instances();
      routes.delete(name);
      tell(before);
    } finally {
      turn.release();
    }
  }

  void hold(String name, long fence, Duration atMost) throws IOException {
    await();
    try {
      routes.checkFence(name, fence);
      saveWith(name, held -> held.map(one -> one.holding(Optional.of(atMost))));
      routes.hold(name, atMost);
      tell(instances());
    } finally {
      turn.release();
    }
  }

  void release(String name, long fence) throws IOException {
    await();
    try {
      routes.checkFence(name, fence);
      saveWith(name, held -> held.map(one -> one.holding(Optional.empty())));
      routes.release(name);
      tell(instances());
    } finally {
      turn.release();
    }
  }

  /** Lets no change be made until {@link #resume}; false if one is being made. */
  public boolean pause() {
    if (!turn.tryAcquire()) {
      return false;
    }
    paused = true;
    return true;
  }

  public void resume() {
    paused = false;
    turn.release();
  }

  /** Changes that wait, and those that come, are refused without an answer. */
  public void endForGood() {
    replaced = true;
    turn.release();
  }

  /** The same for one that stops: a change that is being made is done when this returns. */
  public void end() {
    replaced = true;
    try {
      if (!paused && turn.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        turn.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void await() {
    try {
      if (!turn.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Paused();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Paused();
    }
    if (replaced) {
      turn.release();
      throw new Replaced();
    }
  }

  private void saveWith(String name, UnaryOperator<Stream<StateFile.Saved>> change)
      throws IOException {
    Stream<StateFile.Saved> others =
        routes.all().stream().filter(route -> !named(route).equals(name)).map(Changes::saved);
    Stream<StateFile.Saved> changed = change.apply(routes.named(name).stream().map(Changes::saved));
    state.save(Stream.concat(others, changed).toList());
  }

  private static String named(Route route) {
    return route.definition().name();
  }

  private static StateFile.Saved saved(Route route) {
    return new StateFile.Saved(route.definition(), route.hold());
  }
}
