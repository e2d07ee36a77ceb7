package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.HealthStateLog;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import dev.fairlead.deployer.runtime.Instance.State;
import dev.fairlead.events.ArtifactDigest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From what an engine says of a container to what that says of an instance. */
final class ObservedContainer {

  private ObservedContainer() {}

  static Instance of(InspectContainerResponse container, Engine.Door door) {
    Labels labels = labels(container);
    ContainerState state = container.getState();
    int automaticRestarts = Optional.ofNullable(container.getRestartCount()).orElse(0);
    return new Instance(
        labels.id(),
        labels.place(),
        labels.deployment(),
        labels.version(),
        imageOf(container),
        state(state),
        Optional.of(labels.address(door.reached())),
        startedAt(state.getStartedAt()),
        labels.restarts() + automaticRestarts,
        ailment(state));
  }

  /** What the image's own HEALTHCHECK said last, where it failed as often as it may. */
  private static Optional<String> ailment(ContainerState state) {
    HealthState health = state.getHealth();
    if (health == null || !"unhealthy".equals(health.getStatus())) {
      return Optional.empty();
    }
    List<HealthStateLog> log = Optional.ofNullable(health.getLog()).orElse(List.of());
    String last = log.isEmpty() ? "" : String.valueOf(log.getLast().getOutput()).strip();
    return Optional.of("the image's HEALTHCHECK says unhealthy: " + last);
  }

  private static State state(ContainerState state) {
    // While it waits to restart a crashed container the engine calls it running as well.
    if (Boolean.TRUE.equals(state.getRestarting())) {
      return new State.Exited(end(state));
    }
    if (Boolean.TRUE.equals(state.getRunning())) {
      return new State.Running();
    }
    return "created".equals(state.getStatus())
        ? new State.Starting()
        : new State.Exited(end(state));
  }

  private static String end(ContainerState state) {
    if (Boolean.TRUE.equals(state.getOOMKilled())) {
      return "out of memory";
    }
    long code = Optional.ofNullable(state.getExitCodeLong()).orElse(0L);
    String error = Optional.ofNullable(state.getError()).orElse("");
    return error.isBlank() ? ExitCode.describe((int) code) : error;
  }

  /** Empty for the engine's "0001-01-01T00:00:00Z": never started. */
  private static Optional<Instant> startedAt(@Nullable String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse).filter(Instant.EPOCH::isBefore);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  static Labels labels(InspectContainerResponse container) {
    return Labels.read(Optional.ofNullable(container.getConfig().getLabels()).orElse(Map.of()));
  }

  static ArtifactDigest imageOf(InspectContainerResponse container) {
    return new ArtifactDigest(String.valueOf(container.getImageId()));
  }
}
