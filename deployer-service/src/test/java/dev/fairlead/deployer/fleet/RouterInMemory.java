package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.router.Capability;
import dev.fairlead.deployer.router.Drain;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Reachability;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A router that does what it is told, and may hang when it is asked. */
public final class RouterInMemory implements Router {

  private final Map<String, RouteState> routes = new ConcurrentHashMap<>();
  private final AtomicInteger questions = new AtomicInteger();
  private final AtomicInteger interrupted = new AtomicInteger();
  private final List<InstanceId> drained = new CopyOnWriteArrayList<>();
  private volatile boolean hangs;

  public void hang() {
    hangs = true;
  }

  /** How often it was asked for a route. */
  public int questions() {
    return questions.get();
  }

  /** Whom it was asked to drain. */
  List<InstanceId> drained() {
    return List.copyOf(drained);
  }

  int interrupted() {
    return interrupted.get();
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  public RouteState apply(RouteSpec desired, long fence) {
    RouteState state =
        new RouteState(
            desired.name(),
            desired.match(),
            fence,
            false,
            desired.backends().stream()
                .map(
                    backend ->
                        new RouteState.Backend(
                            backend.instance(),
                            backend.address(),
                            backend.weight(),
                            backend.release(),
                            RouteState.Traffic.SERVING,
                            RouteState.Figures.NONE))
                .toList());
    routes.put(desired.name(), state);
    return state;
  }

  @Override
  public Optional<RouteState> observe(String route) throws InterruptedException {
    questions.incrementAndGet();
    if (hangs) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.incrementAndGet();
        throw e;
      }
    }
    return Optional.ofNullable(routes.get(route));
  }

  @Override
  public Drain drain(String route, Collection<InstanceId> backends, Duration deadline) {
    drained.addAll(backends);
    return new Drain.Drained();
  }

  @Override
  public void hold(String route, Duration longest, long fence) {
    setHeld(route, true);
  }

  @Override
  public void release(String route, long fence) {
    setHeld(route, false);
  }

  private void setHeld(String route, boolean held) {
    routes.computeIfPresent(
        route,
        (name, state) ->
            new RouteState(name, state.match(), state.fence(), held, state.backends()));
  }

  @Override
  public void remove(String route, long fence) {
    routes.remove(route);
  }

  @Override
  public Reachability reachability() {
    return new Reachability.Reachable("in memory");
  }
}
