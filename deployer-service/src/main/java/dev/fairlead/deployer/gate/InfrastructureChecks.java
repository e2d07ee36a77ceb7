package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.Reachability.Unreachable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.util.unit.DataSize;

/** Whether there is a place to run it. */
final class InfrastructureChecks implements Check {

  private static final int TRIES = 5;
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final Runtimes runtimes;
  private final Routers routers;
  private final Artifacts artifacts;
  private final Path home;
  private final DataSize leastFree;

  InfrastructureChecks(
      Runtimes runtimes, Routers routers, Artifacts artifacts, Path home, DataSize leastFree) {
    this.runtimes = runtimes;
    this.routers = routers;
    this.artifacts = artifacts;
    this.home = home;
    this.leastFree = leastFree;
  }

  @Override
  public List<Finding> look(Candidate candidate) throws InterruptedException {
    return List.of(
        artifact(candidate),
        disk(),
        reachable("runtime", runtimes.of(candidate.plan().spec().runtime())::reachability),
        reachable("router", () -> routers.reachability(candidate.plan().spec())));
  }

  private Finding artifact(Candidate candidate) {
    try {
      artifacts.program(candidate.plan().spec(), candidate.plan().digest());
      return Finding.passed(
          Gate.CODE, Grade.MUST, "artifact", candidate.plan().digest() + " is there");
    } catch (ArtifactUnusable e) {
      return Finding.failed(
          Gate.CODE,
          Grade.MUST,
          "artifact",
          String.valueOf(e.getMessage()),
          "build version %s again".formatted(candidate.plan().version()));
    }
  }

  private Finding disk() {
    try {
      DataSize free = DataSize.ofBytes(Files.getFileStore(home).getUsableSpace());
      return free.compareTo(leastFree) >= 0
          ? Finding.passed(
              Gate.INFRASTRUCTURE, Grade.MUST, "disk", free.toMegabytes() + " MB are free")
          : Finding.failed(
              Gate.INFRASTRUCTURE,
              Grade.MUST,
              "disk",
              "%d MB are free in %s, and %d are required"
                  .formatted(free.toMegabytes(), home, leastFree.toMegabytes()),
              "make room, or lower fairlead.deployer.least-disk-free");
    } catch (IOException e) {
      return Finding.failed(
          Gate.INFRASTRUCTURE,
          Grade.MUST,
          "disk",
          "the free space of %s cannot be read: %s".formatted(home, e.getMessage()),
          "see that fairlead.deployer.home exists");
    }
  }

  /** What is just being restarted is given the time for it. */
  private static Finding reachable(String what, Supplier<Reachability> neighbour)
      throws InterruptedException {
    Reachability reachability = neighbour.get();
    for (int tries = 1; tries < TRIES && reachability instanceof Unreachable; tries++) {
      Thread.sleep(BETWEEN_TRIES);
      reachability = neighbour.get();
    }
    return switch (reachability) {
      case Reachability.Reachable(String description) ->
          Finding.passed(Gate.INFRASTRUCTURE, Grade.MUST, what, description);
      case Unreachable(String description) ->
          Finding.failed(
              Gate.INFRASTRUCTURE, Grade.MUST, what, description, "start the %s".formatted(what));
    };
  }
}
