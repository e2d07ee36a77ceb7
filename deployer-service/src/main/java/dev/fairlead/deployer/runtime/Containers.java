package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import dev.fairlead.events.Place;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The containers of one runtime on an engine, found by their name and labels. */
final class Containers {

  private static final Logger LOG = LoggerFactory.getLogger(Containers.class);
  private static final int LOG_SECONDS = 10;

  private final DockerClient engine;
  private final String runtime;
  private final Networks networks;

  /**
   * @param runtime tells our containers from those of other Fairlead installations on the engine
   */
  Containers(DockerClient engine, String runtime) {
    this.engine = engine;
    this.runtime = runtime;
    this.networks = new Networks(engine, runtime);
  }

  String version() {
    return engine.versionCmd().exec().getVersion();
  }

  Optional<InspectContainerResponse> find(InstanceId id) {
    return asking("look for instance " + id, () -> inspect(nameOf(id)));
  }

  List<InspectContainerResponse> all(Place place) {
    return asking(
        "list the instances of " + place,
        () ->
            list(
                    Map.of(
                        Labels.RUNTIME,
                        runtime,
                        Labels.APPLICATION,
                        place.application().value(),
                        Labels.ENVIRONMENT,
                        place.environment().value()))
                .stream()
                .map(container -> inspect(container.getId()))
                .flatMap(Optional::stream)
                .toList());
  }

  /** The ports promised to instances, of every installation on the engine. */
  Set<Integer> ports() {
    return asking(
        "list the ports in use",
        () ->
            engine
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(Labels.INSTANCE))
                .exec()
                .stream()
                .map(container -> Labels.read(container.getLabels()).port())
                .collect(Collectors.toSet()));
  }

  /**
   * @param secrets folder with the files of {@link SecretFiles}
   */
  void create(
      InstanceSpec spec, Program.ContainerImage image, Labels labels, Optional<Path> secrets) {
    asking(
        "create instance " + spec.id(),
        () -> {
          CreateContainerCmd create =
              engine
                  .createContainerCmd(image.digest().value())
                  .withName(nameOf(spec.id()))
                  .withLabels(labels.write(runtime))
                  .withUser(Hardening.user(userOf(image)))
                  .withEnv(environment(spec, image))
                  .withExposedPorts(ExposedPort.tcp(image.port()))
                  .withHostConfig(
                      Hardening.of(spec.limits(), image.port(), labels.address(), secrets)
                          .withNetworkMode(networks.of(spec.place())));
          if (!image.command().isEmpty()) {
            create.withCmd(image.command());
          }
          return create.exec();
        });
  }

  void start(InstanceId id) {
    asking(
        "start instance " + id,
        () -> {
          try {
            engine.startContainerCmd(nameOf(id)).exec();
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
            engine.stopContainerCmd(nameOf(id)).withTimeout(seconds).exec();
          } catch (RuntimeException e) {
            LOG.debug("instance={} stop request ended early; it is removed by force", id, e);
          }
        });
  }

  /** Kills it if it runs, and removes it with its log and its volumes without a name. */
  void remove(InstanceId id) {
    asking(
        "remove instance " + id,
        () -> {
          try {
            engine.removeContainerCmd(nameOf(id)).withForce(true).withRemoveVolumes(true).exec();
            return true;
          } catch (NotFoundException goneAlready) {
            return false;
          }
        });
  }

  /** Removes what the place's last instance leaves. Not while another one is being created. */
  void leave(Place place) {
    if (all(place).isEmpty()) {
      asking(
          "remove the network of " + place,
          () -> {
            networks.removeUnused(place);
            return true;
          });
    }
  }

  List<String> log(InstanceId id, int lines) {
    return asking(
        "read the log of instance " + id,
        () -> {
          if (inspect(nameOf(id)).isEmpty()) {
            return List.of();
          }
          LogText text = new LogText();
          try {
            engine
                .logContainerCmd(nameOf(id))
                .withStdOut(true)
                .withStdErr(true)
                .withTail(lines)
                .exec(text)
                .awaitCompletion(LOG_SECONDS, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return text.lines();
        });
  }

  /** What the engine has counted last; empty when it counts nothing, or the container is gone. */
  Optional<Usage> usage(InstanceId id) {
    return asking(
        "read what instance " + id + " uses",
        () -> {
          LatestStatistics latest = new LatestStatistics();
          try {
            engine
                .statsCmd(nameOf(id))
                .withNoStream(true)
                .exec(latest)
                .awaitCompletion(LOG_SECONDS, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return latest.usage();
        });
  }

  private Optional<InspectContainerResponse> inspect(String nameOrId) {
    try {
      InspectContainerResponse container = engine.inspectContainerCmd(nameOrId).exec();
      Map<String, String> labels =
          Optional.ofNullable(container.getConfig().getLabels()).orElse(Map.of());
      if (!runtime.equals(labels.get(Labels.RUNTIME))) {
        throw new RuntimeFailure(
            "the container %s is not of this Fairlead installation; remove or rename it"
                .formatted(container.getName()));
      }
      return Optional.of(container);
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  private List<Container> list(Map<String, String> labels) {
    return engine.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec();
  }

  private String userOf(Program.ContainerImage image) {
    try {
      return Optional.ofNullable(engine.inspectImageCmd(image.digest().value()).exec().getConfig())
          .map(config -> config.getUser())
          .orElse("");
    } catch (NotFoundException e) {
      throw new RuntimeFailure(
          "the Docker Engine does not have image %s (any more); build or pull it again"
              .formatted(image.digest()),
          e);
    }
  }

  private static List<String> environment(InstanceSpec spec, Program.ContainerImage image) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PORT", Integer.toString(image.port()));
    environment.put(Marks.INSTANCE, spec.id().value());
    environment.put(Marks.VERSION, spec.version().value());
    spec.environment()
        .forEach(
            (name, variable) -> {
              if (variable.secret()) {
                environment.putIfAbsent(name + "_FILE", SecretFiles.INSIDE + "/" + name);
              } else {
                environment.put(name, variable.value());
              }
            });
    return environment.entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .toList();
  }

  private static String nameOf(InstanceId id) {
    return "fairlead-" + id;
  }

  private static <T> T asking(String intent, Supplier<T> question) {
    try {
      return question.get();
    } catch (RuntimeFailure | StaleFence e) {
      throw e;
    } catch (DockerException e) {
      throw new RuntimeFailure(
          "the Docker Engine refused to %s: %s".formatted(intent, message(e)), e);
    } catch (RuntimeException e) {
      throw new RuntimeFailure(
          "the Docker Engine could not be asked to %s: %s; is it running?"
              .formatted(intent, e.getMessage()),
          e);
    }
  }

  private static String message(DockerException e) {
    return String.valueOf(e.getMessage()).strip();
  }

  /** Collects what a container wrote; a frame may end in the middle of a line. */
  private static final class LogText extends ResultCallback.Adapter<Frame> {

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    @Override
    public void onNext(Frame frame) {
      text.writeBytes(frame.getPayload());
    }

    List<String> lines() {
      return text.toString(StandardCharsets.UTF_8).lines().toList();
    }
  }
}
