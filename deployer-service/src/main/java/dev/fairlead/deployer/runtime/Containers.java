package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import dev.fairlead.events.Place;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The containers of this installation on one engine, found by their names and labels. */
final class Containers {

  private static final Logger LOG = LoggerFactory.getLogger(Containers.class);

  private final Engine engine;
  private final DockerClient client;
  private final Networks networks;

  Containers(Engine engine) {
    this.engine = engine;
    this.client = engine.client();
    this.networks = new Networks(client, engine.installation());
  }

  /**
   * @throws RuntimeFailure also if somebody else's container has its name
   */
  Optional<InspectContainerResponse> find(InstanceId id) {
    return engine.ask("look for instance " + id, () -> inspect(nameOf(id)));
  }

  /** The instance's container; somebody else's of that name is none of it. */
  Optional<InspectContainerResponse> own(InstanceId id) {
    return engine.ask("look for instance " + id, () -> named(nameOf(id)).filter(this::isOurs));
  }

  List<InspectContainerResponse> all(Place place) {
    return listed(
        "list the instances of " + place,
        Map.of(
            Labels.RUNTIME,
            engine.installation(),
            Labels.APPLICATION,
            place.application().value(),
            Labels.ENVIRONMENT,
            place.environment().value()));
  }

  /** Of every place. */
  Set<Resident> residents() {
    return engine.ask(
        "list who has instances where",
        () ->
            client
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.RUNTIME, engine.installation()))
                .exec()
                .stream()
                .map(container -> Labels.read(container.getLabels()))
                .map(labels -> new Resident(labels.place(), labels.deployment()))
                .collect(Collectors.toSet()));
  }

  private List<InspectContainerResponse> listed(String intent, Map<String, String> labels) {
    return engine.ask(
        intent,
        () ->
            client.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec().stream()
                .map(container -> inspect(container.getId()))
                .flatMap(Optional::stream)
                .toList());
  }

  /** The ports promised to instances, of every installation on the engine. */
  Set<Integer> ports() {
    return engine.ask(
        "list the ports in use",
        () ->
            client
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(Labels.INSTANCE))
                .exec()
                .stream()
                .map(container -> Labels.read(container.getLabels()).port())
                .collect(Collectors.toSet()));
  }

  /**
   * @param secrets the name of a volume
   * @return the container's id
   */
  String create(
      InstanceSpec spec, Program.ContainerImage image, Labels labels, Optional<String> secrets) {
    return engine.ask(
        "create instance " + spec.id(),
        () ->
            new NewContainer(engine, spec, image, labels)
                .create(networks.of(spec.place()), secrets));
  }

  void start(InstanceId id) {
    engine.ask(
        "start instance " + id,
        () -> {
          try {
            client.startContainerCmd(nameOf(id)).exec();
            return true;
          } catch (NotModifiedException runsAlready) {
            return false;
          }
        });
  }

  /**
   * Lets the engine send the signal that the image asks for, and kill it after the grace. Does not
   * wait for either.
   */
  void askToEnd(InstanceId id, Duration grace) {
    int seconds = (int) Math.ceilDiv(grace.toMillis(), 1000);
    Thread.startVirtualThread(
        () -> {
          try {
            client.stopContainerCmd(nameOf(id)).withTimeout(seconds).exec();
          } catch (RuntimeException e) {
            LOG.debug("instance={} stop request ended early; it is removed by force", id, e);
          }
        });
  }

  /** Kills it if it runs, and removes it with its log and its volumes without a name. */
  void remove(InstanceId id) {
    engine.ask(
        "remove instance " + id,
        () -> {
          Optional<InspectContainerResponse> container = named(nameOf(id)).filter(this::isOurs);
          container.ifPresent(found -> remove(found.getId()));
          return container.isPresent();
        });
  }

  private void remove(String containerId) {
    try {
      client.removeContainerCmd(containerId).withForce(true).withRemoveVolumes(true).exec();
    } catch (NotFoundException goneMeanwhile) {
      LOG.debug("container={} was removed by somebody else", containerId, goneMeanwhile);
    }
  }

  /** Removes the network of a place without instances. Not while one is being created. */
  void leave(Place place) {
    engine.ask(
        "remove the network of " + place,
        () -> {
          networks.removeUnused(place);
          return true;
        });
  }

  private Optional<InspectContainerResponse> inspect(String nameOrId) {
    Optional<InspectContainerResponse> container = named(nameOrId);
    container
        .filter(found -> !isOurs(found))
        .ifPresent(
            foreign -> {
              throw new RuntimeFailure(
                  "the container %s is not of this Fairlead installation; remove or rename it"
                      .formatted(foreign.getName()));
            });
    return container;
  }

  private Optional<InspectContainerResponse> named(String nameOrId) {
    try {
      return Optional.of(client.inspectContainerCmd(nameOrId).exec());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  private boolean isOurs(InspectContainerResponse container) {
    return engine
        .installation()
        .equals(
            Optional.ofNullable(container.getConfig().getLabels())
                .map(labels -> labels.get(Labels.RUNTIME))
                .orElse(""));
  }

  static String nameOf(InstanceId id) {
    return "fairlead-" + id;
  }
}
