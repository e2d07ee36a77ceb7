package dev.fairlead.deployer.router;

import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Reachability;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Something that spreads requests over instances. Every change is atomic, idempotent and fenced; it
 * is reported as done only after the router was asked what it now does. Thread-safe.
 *
 * <p>Every method throws {@link RouterFailure} if the router stays away for longer than its
 * settings allow; a restart of the router is waited out.
 */
public interface Router {

  /** What this one can do beyond what all can. */
  Set<Capability> capabilities();

  /**
   * Makes the route exactly this and reads it back.
   *
   * @param fence token of the owner of the route's place; an older one than the router has seen is
   *     refused
   * @throws RouteRefused if the change is wrong; the former state keeps serving
   * @throws dev.fairlead.deployer.runtime.StaleFence if a later owner has taken over
   */
  RouteState apply(RouteSpec desired, long fence) throws InterruptedException;

  /** The route and its figures, or nothing if there is no such route. */
  Optional<RouteState> observe(String route) throws InterruptedException;

  /**
   * Waits until the given backends, taken off the route before, have nothing in flight.
   *
   * @param deadline counted from now
   */
  Drain drain(String route, Collection<InstanceId> backends, Duration deadline)
      throws InterruptedException;

  /**
   * Holds requests back for at most this long, for a short stop of the world. Where there is no
   * such route nobody gets through it anyway.
   *
   * @throws RouteRefused if the router cannot; see {@link Capability#HOLD}
   */
  void hold(String route, Duration longest, long fence) throws InterruptedException;

  /** Lets held requests go. */
  void release(String route, long fence) throws InterruptedException;

  /** Removes the route; removing an absent one does nothing. */
  void remove(String route, long fence) throws InterruptedException;

  Reachability reachability();
}
