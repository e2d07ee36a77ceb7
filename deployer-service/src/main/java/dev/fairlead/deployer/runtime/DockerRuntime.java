package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.HealthStateLog;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import dev.fairlead.deployer.disk.Locks;
import dev.fairlead.deployer.runtime.Instance.State;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Instances as containers of one Docker Engine, published on this machine's loopback. A container's
 * name and labels say which instance it is; nothing else is remembered but the fences.
 *
 * <p>A secret variable {@code NAME} is a file, and {@code NAME_FILE} says where; see {@link
 * SecretFiles}.
 */
public final class DockerRuntime implements Runtime {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final int PORT_ATTEMPTS = 3;

  private final Containers containers;
  private final SecretFiles secrets;
  private final KeptLogs logs;
  private final FenceLedger fences;
  private final Locks locks;
  private final Locks portLock;
  private final PortRange ports;

  /**
   * @param folder for fences and the logs of stopped instances; deployers that share the work share
   *     it
   */
  public DockerRuntime(DockerClient engine, Path folder, PortRange ports) {
    Path root = folder.toAbsolutePath().normalize();
    this.containers = new Containers(engine, RuntimeName.of(root));
    this.secrets = new SecretFiles(root.resolve("secrets"));
    this.logs = new KeptLogs(root.resolve("logs"));
    this.fences = new FenceLedger(root.resolve("fences"));
    this.locks = new Locks(root.resolve("locks"));
    this.portLock = new Locks(root.resolve("port-locks"));
    this.ports = ports;
  }

  @Override
  public Instance start(InstanceSpec spec, Fence fence) {
    Program.ContainerImage image = image(spec);
    fence.requireFor(spec.id(), spec.place());
    try (Locks.Held held = locks.acquire(spec.id().value())) {
      fences.admit(fence);
      Optional<InspectContainerResponse> known = containers.find(spec.id());
      known.ifPresent(container -> requireSame(container, spec));
      if (known.isEmpty() || !observed(known.get()).running()) {
        launch(spec, image, known.map(DockerRuntime::observed));
      }
      return observe(spec.id())
          .orElseThrow(
              () -> new RuntimeFailure("instance %s was removed by somebody".formatted(spec.id())));
    }
  }

  @Override
  public List<Instance> observe(Place place) {
    return containers.all(place).stream()
        .map(DockerRuntime::observed)
        .sorted(Comparator.comparing(Instance::id))
        .toList();
  }

  @Override
  public Optional<Instance> observe(InstanceId id) {
    return containers.find(id).map(DockerRuntime::observed);
  }

  @Override
  public void stop(InstanceId id, Duration grace, Fence fence) throws InterruptedException {
    try (Locks.Held held = locks.acquire(id.value())) {
      fences.admit(fence);
      Optional<InspectContainerResponse> container = containers.find(id);
      container.ifPresent(found -> fence.requireFor(id, labels(found).place()));
      container
          .filter(found -> observed(found).running())
          .ifPresent(found -> containers.askToEnd(id, grace));
    }
    awaitEnd(id, grace);
    try (Locks.Held held = locks.acquire(id.value())) {
      fences.admit(fence);
      logs.keep(id, containers.log(id, KeptLogs.lines()));
      containers.remove(id);
      secrets.delete(id);
    }
    try (Locks.Held held = portLock.acquire("ports")) {
      containers.leave(fence.place());
    }
  }

  @Override
  public List<String> log(InstanceId id, int lines) {
    return containers.find(id).isPresent() ? containers.log(id, lines) : logs.last(id, lines);
  }

  @Override
  public Optional<Usage> usage(InstanceId id) {
    return observe(id).filter(Instance::running).flatMap(instance -> containers.usage(id));
  }

  @Override
  public Reachability reachability() {
    try {
      return new Reachability.Reachable("Docker Engine " + containers.version());
    } catch (RuntimeException e) {
      return new Reachability.Unreachable(
          "the Docker Engine does not answer: %s; start it, or correct its address"
              .formatted(e.getMessage()));
    }
  }

  private static Program.ContainerImage image(InstanceSpec spec) {
    return switch (spec.program()) {
      case Program.ContainerImage image -> image;
      case Program.Unpacked archive ->
          throw new RuntimeFailure(
              "instance %s is an archive (%s), which the Docker Engine cannot run; set runtime: process"
                  .formatted(spec.id(), archive.digest()));
    };
  }

  private static void requireSame(InspectContainerResponse container, InstanceSpec spec) {
    Labels labels = labels(container);
    boolean same =
        labels.place().equals(spec.place())
            && labels.deployment().equals(spec.deployment())
            && labels.version().equals(spec.version())
            && imageOf(container).equals(spec.program().digest());
    if (!same) {
      throw new RuntimeFailure(
          "instance id %s is taken by %s %s of deployment %s; use a new id"
              .formatted(spec.id(), labels.place(), labels.version(), labels.deployment()));
    }
  }

  /** A container that has ended is replaced: its secrets may have changed since. */
  private void launch(InstanceSpec spec, Program.ContainerImage image, Optional<Instance> former) {
    int restarts = former.map(instance -> instance.restarts() + 1).orElse(0);
    Optional<Integer> formerPort = former.flatMap(Instance::address).map(Address::port);
    for (int attempt = 1; ; attempt++) {
      containers.remove(spec.id());
      try (Locks.Held held = portLock.acquire("ports")) {
        int port =
            formerPort.filter(PortRange::available).orElseGet(() -> ports.free(containers.ports()));
        Optional<Path> mounted = secrets.write(spec.id(), spec.environment());
        containers.create(spec, image, Labels.of(spec, port, restarts), mounted);
      }
      try {
        containers.start(spec.id());
        return;
      } catch (RuntimeFailure e) {
        containers.remove(spec.id());
        if (!portTaken(e) || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Between our look at the port and its use somebody else may have taken it. */
  private static boolean portTaken(RuntimeFailure failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("port is already allocated")
        || message.contains("address already in use");
  }

  private void awaitEnd(InstanceId id, Duration grace) throws InterruptedException {
    long deadline = System.nanoTime() + grace.toNanos();
    while (System.nanoTime() < deadline && observe(id).filter(Instance::running).isPresent()) {
      Thread.sleep(POLL);
    }
  }

  private static Instance observed(InspectContainerResponse container) {
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
        Optional.of(labels.address()),
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

  private static Labels labels(InspectContainerResponse container) {
    return Labels.read(Optional.ofNullable(container.getConfig().getLabels()).orElse(Map.of()));
  }

  private static ArtifactDigest imageOf(InspectContainerResponse container) {
    return new ArtifactDigest(String.valueOf(container.getImageId()));
  }
}
