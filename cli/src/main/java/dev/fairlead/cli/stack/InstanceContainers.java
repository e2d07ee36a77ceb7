package dev.fairlead.cli.stack;

import dev.fairlead.stack.Executables;
import dev.fairlead.stack.NeighbourFailed;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The application containers that this stack's deployer has started on the Docker Engine of this
 * machine, known by a label with the deployer's own name.
 */
final class InstanceContainers {

  /** Of deployers that have not noted theirs: those of earlier versions. */
  private static final String USUAL_ENGINE = "unix:///var/run/docker.sock";

  private static final String LABEL = "label=fairlead.runtime=";
  private static final String GRACE_SECONDS = "5";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path state;

  InstanceContainers(StackHome home) {
    this.state = home.data().resolve("deployer/containers");
  }

  /**
   * Stops those that run; the deployer starts them again when it is back.
   *
   * @return how many
   * @throws NeighbourFailed when there may be some, and the engine does not do it
   */
  int stop() {
    if (!hasStartedAny()) {
      return 0;
    }
    try {
      return stopRunning();
    } catch (NeighbourFailed e) {
      throw new NeighbourFailed(
          "containers of applications may still run (docker --host %s ps --filter %s%s): %s"
              .formatted(engine(), LABEL, name(), e.getMessage()),
          e);
    }
  }

  private int stopRunning() {
    List<String> running = docker("ps", "--quiet", "--filter", LABEL + name()).lines().toList();
    if (!running.isEmpty()) {
      List<String> stop = new ArrayList<>(List.of("stop", "-t", GRACE_SECONDS));
      stop.addAll(running);
      docker(stop.toArray(String[]::new));
    }
    return running.size();
  }

  /** The deployer notes each of its commands to an engine, so that an outdated one is refused. */
  private boolean hasStartedAny() {
    try (Stream<Path> fences = Files.list(state.resolve("fences"))) {
      return fences.anyMatch(Files::isRegularFile);
    } catch (IOException e) {
      return false;
    }
  }

  private String name() {
    return noted("name")
        .orElseThrow(() -> new NeighbourFailed("the deployer's name is missing in " + state));
  }

  /** What the deployer has noted of itself. */
  private Optional<String> noted(String what) {
    try {
      return Optional.of(Files.readString(state.resolve(what)).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the deployer's " + what, e);
    }
  }

  private String docker(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(
        Executables.find("docker")
            .orElseThrow(() -> new NeighbourFailed("the command docker was not found"))
            .toString());
    command.addAll(List.of("--host", engine()));
    command.addAll(List.of(arguments));
    return Program.run(command, LIMIT);
  }

  /** The one that it was told of when it started, in whichever way. */
  private String engine() {
    return noted("engine")
        .or(() -> Optional.ofNullable(System.getenv("FAIRLEAD_DEPLOYER_DOCKER")))
        .orElse(USUAL_ENGINE);
  }
}
