package dev.fairlead.deployer.runtime;

import dev.fairlead.events.Place;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A place for instances to run. Commands are idempotent and fenced; what is true is observed, never
 * remembered. Instances outlive the deployer. Thread-safe; several deployers may share one runtime.
 *
 * <p>Every method throws {@link RuntimeFailure} if the runtime cannot be used.
 */
public interface Runtime {

  /**
   * Makes the instance run: starts it, or starts it again at the same address if it has exited, or
   * does nothing if it runs. Returns once its process exists; it need not be healthy yet.
   *
   * @throws StaleFence if a later owner has taken over the place
   * @throws RuntimeFailure if it cannot be started, or the id belongs to another program
   */
  Instance start(InstanceSpec spec, Fence fence);

  /** All instances of the place, of any deployment, exited ones included, ordered by id. */
  List<Instance> observe(Place place);

  /** Who has instances where, exited ones included. No instance is looked at for it. */
  Set<Resident> residents();

  /** The instance, unless it was never started or was stopped. */
  Optional<Instance> observe(InstanceId id);

  /**
   * Ends the instance and forgets it: asks it to end (SIGTERM), kills what is left after the grace.
   * Returns when nothing of it is left but the end of its log. Stopping an unknown instance does
   * nothing.
   *
   * @param grace zero kills at once
   * @throws StaleFence if a later owner has taken over the place
   */
  void stop(InstanceId id, Duration grace, Fence fence) throws InterruptedException;

  /**
   * Removes what the instances of a place had together, unless some are left: its network, volumes
   * that a crash left.
   *
   * @throws StaleFence if a later owner has taken over the place
   */
  default void leave(Fence fence) {}

  /**
   * The last lines it wrote to standard output and error, oldest first, none if it wrote nothing;
   * for a while also of one that was stopped. Empty for one that is not there and of which nothing
   * was kept.
   *
   * @throws RuntimeFailure also if they were not read to the end in time
   */
  Optional<List<String>> log(InstanceId id, int lines);

  /**
   * Cuts the logs of instances that are longer; the end of what is cut off is still among the last
   * lines. A runtime whose engine bounds them itself does nothing.
   *
   * @param most bytes, at least 1 MB
   */
  default void cutLogs(long most) {}

  /** Empty for one that does not run. */
  Optional<Usage> usage(InstanceId id);

  Reachability reachability();
}
