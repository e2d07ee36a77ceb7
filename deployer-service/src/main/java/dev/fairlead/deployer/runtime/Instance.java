package dev.fairlead.deployer.runtime;

import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.time.Instant;
import java.util.Optional;

/**
 * An instance as it was observed; a fact about the past moment.
 *
 * @param digest what it really runs, read from the instance itself
 * @param address where it answers, once it has a port; stays the same for the instance's life
 * @param restarts how often it was started again after an exit
 * @param ailment what a health check of its own complains about
 */
public record Instance(
    InstanceId id,
    Place place,
    DeploymentId deployment,
    Version version,
    ArtifactDigest digest,
    State state,
    Optional<Address> address,
    Optional<Instant> startedAt,
    int restarts,
    Optional<String> ailment) {

  /** Whether its process exists. Whether it is healthy is the health gate's question. */
  public sealed interface State {

    /** Accepted, no process yet. */
    record Starting() implements State {}

    record Running() implements State {}

    /**
     * Ended, and not going to come back by itself.
     *
     * @param how for people, such as {@code exit code 1}, {@code out of memory} or {@code gone}
     */
    record Exited(String how) implements State {}
  }

  public boolean running() {
    return state instanceof State.Running;
  }
}
