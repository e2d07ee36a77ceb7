package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.router.Capability;
import dev.fairlead.deployer.router.Drain;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Reachability;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A router for one look around: once it has kept a question waiting it is away to the end, so that
 * nobody waits for it a second time. What it is told to do takes as long as ever.
 */
final class WatchedRouter implements Router {

  private final Router router;
  private final String name;
  private final Duration patience;

  /** What was said of it, for people; null while it answers. */
  private volatile @Nullable String silence;

  /**
   * @param name for people
   * @param patience with one question
   */
  WatchedRouter(Router router, String name, Duration patience) {
    this.router = router;
    this.name = name;
    this.patience = patience;
  }

  @Override
  public Optional<RouteState> observe(String route) throws InterruptedException {
    requireThere();
    FutureTask<Optional<RouteState>> question = new FutureTask<>(() -> router.observe(route));
    Thread.startVirtualThread(question);
    try {
      return question.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      silence =
          "the router %s has not answered for %d ms; start it, or look at its log"
              .formatted(name, patience.toMillis());
      throw new RouterFailure(silence, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } finally {
      question.cancel(true);
    }
  }

  private void requireThere() {
    String why = silence;
    if (why != null) {
      throw new RouterFailure(why);
    }
  }

  @Override
  public Set<Capability> capabilities() {
    return router.capabilities();
  }

  @Override
  public RouteState apply(RouteSpec desired, long fence) throws InterruptedException {
    requireThere();
    return router.apply(desired, fence);
  }

  @Override
  public Drain drain(String route, Collection<InstanceId> backends, Duration deadline)
      throws InterruptedException {
    requireThere();
    return router.drain(route, backends, deadline);
  }

  @Override
  public void hold(String route, Duration longest, long fence) throws InterruptedException {
    requireThere();
    router.hold(route, longest, fence);
  }

  @Override
  public void release(String route, long fence) throws InterruptedException {
    requireThere();
    router.release(route, fence);
  }

  @Override
  public void remove(String route, long fence) throws InterruptedException {
    requireThere();
    router.remove(route, fence);
  }

  @Override
  public Reachability reachability() {
    String why = silence;
    return why == null ? router.reachability() : new Reachability.Unreachable(why);
  }
}
