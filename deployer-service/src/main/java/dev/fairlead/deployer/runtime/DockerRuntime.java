package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.fairlead.deployer.disk.Locks;
import dev.fairlead.deployer.disk.Reserve;
import dev.fairlead.events.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Instances as containers of one Docker Engine. A container's name and labels say which instance it
 * is; nothing else is remembered but the fences.
 *
 * <p>A secret variable {@code NAME} is a file, and {@code NAME_FILE} says where; see {@link
 * SecretVolumes}.
 */
public final class DockerRuntime implements Runtime {

  private static final Logger LOG = LoggerFactory.getLogger(DockerRuntime.class);

  private static final Duration POLL = Duration.ofMillis(50);
  private static final int PORT_ATTEMPTS = 3;

  private final Engine engine;
  private final Containers containers;
  private final ContainerOutput output;
  private final SecretVolumes secrets;
  private final KeptLogs logs;
  private final FenceLedger fences;
  private final Locks locks;
  private final Locks portLock;
  private final PortRange ports;

  public DockerRuntime(Engine engine, PortRange ports) {
    Path root = engine.folder();
    this.engine = engine;
    this.containers = new Containers(engine);
    this.output = new ContainerOutput(engine);
    this.secrets = new SecretVolumes(engine);
    this.logs = new KeptLogs(root.resolve("logs"));
    this.fences = new FenceLedger(root.resolve("fences"), new Reserve(root.resolve("reserve")));
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
        launch(spec, image, known.map(this::observed));
      }
      return observe(spec.id())
          .orElseThrow(
              () -> new RuntimeFailure("instance %s was removed by somebody".formatted(spec.id())));
    }
  }

  @Override
  public List<Instance> observe(Place place) {
    return containers.all(place).stream()
        .map(this::observed)
        .sorted(Comparator.comparing(Instance::id))
        .toList();
  }

  @Override
  public Set<Resident> residents() {
    return containers.residents();
  }

  @Override
  public Optional<Instance> observe(InstanceId id) {
    return containers.find(id).map(this::observed);
  }

  @Override
  public void stop(InstanceId id, Duration grace, Fence fence) throws InterruptedException {
    try (Locks.Held held = locks.acquire(id.value())) {
      fences.admit(fence);
      Optional<InspectContainerResponse> container = containers.own(id);
      container.ifPresent(found -> fence.requireFor(id, ObservedContainer.labels(found).place()));
      container
          .filter(found -> observed(found).running())
          .ifPresent(found -> containers.askToEnd(id, grace));
    }
    awaitEnd(id, grace);
    try (Locks.Held held = locks.acquire(id.value())) {
      fences.admit(fence);
      if (containers.own(id).isPresent()) {
        keepLog(id);
      }
      clear(id);
    }
    leave(fence);
  }

  @Override
  public void leave(Fence fence) {
    try (Locks.Held held = portLock.acquire("ports")) {
      fences.admit(fence);
      if (containers.all(fence.place()).isEmpty()) {
        containers.leave(fence.place());
        secrets.leave(fence.place());
      }
    }
  }

  @Override
  public Optional<List<String>> log(InstanceId id, int lines) {
    return containers.find(id).flatMap(_ -> output.log(id, lines)).or(() -> logs.last(id, lines));
  }

  @Override
  public Optional<Usage> usage(InstanceId id) {
    return observe(id).filter(Instance::running).flatMap(instance -> output.usage(id));
  }

  @Override
  public Reachability reachability() {
    try {
      String version =
          engine.ask("tell its version", () -> engine.client().versionCmd().exec().getVersion());
      return new Reachability.Reachable("%s answers, version %s".formatted(engine, version));
    } catch (RuntimeFailure e) {
      return new Reachability.Unreachable(
          "%s; start it, or correct its address".formatted(e.getMessage()));
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
    Labels labels = ObservedContainer.labels(container);
    boolean same =
        labels.place().equals(spec.place())
            && labels.deployment().equals(spec.deployment())
            && labels.version().equals(spec.version())
            && ObservedContainer.imageOf(container).equals(spec.program().digest());
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
      clear(spec.id());
      create(spec, image, attempt == 1 ? formerPort : Optional.empty(), restarts);
      try {
        containers.start(spec.id());
        return;
      } catch (RuntimeFailure e) {
        clear(spec.id());
        if (!portTaken(e) || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void create(
      InstanceSpec spec, Program.ContainerImage image, Optional<Integer> formerPort, int restarts) {
    Optional<String> volume;
    String container;
    try (Locks.Held held = portLock.acquire("ports")) {
      volume = SecretVolumes.needed(spec) ? Optional.of(secrets.create(spec)) : Optional.empty();
      int port = formerPort.filter(this::available).orElseGet(this::freePort);
      container = containers.create(spec, image, Labels.of(spec, port, restarts), volume);
    }
    if (volume.isPresent()) {
      secrets.fill(container, spec);
    }
  }

  private int freePort() {
    return ports.free(containers.ports(), this::available);
  }

  /** On another host only the engine finds out. */
  private boolean available(int port) {
    return !engine.door().here() || PortRange.available(port);
  }

  private void clear(InstanceId id) {
    containers.remove(id);
    secrets.delete(id);
  }

  /** Between our look at the port and its use somebody else may have taken it. */
  private static boolean portTaken(RuntimeFailure failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("port is already allocated")
        || message.contains("address already in use");
  }

  /** That its last lines do not come in time must keep nothing from being stopped. */
  private void keepLog(InstanceId id) {
    try {
      output.log(id, KeptLogs.lines()).ifPresent(lines -> logs.keep(id, lines));
    } catch (EngineAway e) {
      LOG.warn("instance={} output=lost reason=\"{}\"", id, e.getMessage());
    }
  }

  private void awaitEnd(InstanceId id, Duration grace) throws InterruptedException {
    long deadline = System.nanoTime() + grace.toNanos();
    while (System.nanoTime() < deadline
        && containers.own(id).map(this::observed).filter(Instance::running).isPresent()) {
      Thread.sleep(POLL);
    }
  }

  private Instance observed(InspectContainerResponse container) {
    return ObservedContainer.of(container, engine.door());
  }
}
