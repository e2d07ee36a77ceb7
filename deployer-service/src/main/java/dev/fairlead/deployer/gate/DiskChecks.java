package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.util.unit.DataSize;

/**
 * Whether there is room: where the deployer keeps archives, contexts and logs, and where an engine
 * of this machine keeps its images. Of another host the report says what its engine tells, or that
 * it does not tell.
 */
final class DiskChecks implements Check {

  private final Path home;
  private final Engines engines;
  private final DataSize leastFree;

  DiskChecks(Path home, Engines engines, DataSize leastFree) {
    this.home = home;
    this.engines = engines;
    this.leastFree = leastFree;
  }

  @Override
  public List<Finding> look(Candidate candidate) {
    EnvironmentSpec spec = candidate.plan().spec();
    List<Finding> findings = new ArrayList<>();
    findings.add(room(home));
    if (spec.runtime() == RuntimeKind.DOCKER) {
      spec.hosts().stream()
          .distinct()
          .flatMap(host -> engines.find(host).stream())
          .forEach(engine -> findings.add(room(engine)));
    }
    return findings;
  }

  private Finding room(Engine engine) {
    Optional<Path> seen = engine.imageFolder();
    if (seen.isPresent()) {
      return room(seen.get());
    }
    OptionalLong told = engine.room();
    return told.isPresent()
        ? room(DataSize.ofBytes(told.getAsLong()), "the image store of " + engine)
        : notKnown(engine);
  }

  /** No reason to stop, but nobody should believe that it was looked at. */
  private static Finding notKnown(Engine engine) {
    return Finding.failed(
        Gate.INFRASTRUCTURE,
        Grade.NICE_TO_HAVE,
        "disk",
        "the free space is not known for host %s: its engine does not tell"
            .formatted(engine.host()),
        "watch the disk of host %s with your monitoring".formatted(engine.host()));
  }

  private Finding room(Path folder) {
    try {
      return room(DataSize.ofBytes(Files.getFileStore(folder).getUsableSpace()), folder.toString());
    } catch (IOException e) {
      return Finding.failed(
          Gate.INFRASTRUCTURE,
          Grade.MUST,
          "disk",
          "the free space of %s cannot be read: %s".formatted(folder, e.getMessage()),
          "see that it exists, and that the deployer may look at it");
    }
  }

  private Finding room(DataSize free, String where) {
    return free.compareTo(leastFree) >= 0
        ? Finding.passed(
            Gate.INFRASTRUCTURE,
            Grade.MUST,
            "disk",
            "%d MB are free in %s".formatted(free.toMegabytes(), where))
        : Finding.failed(
            Gate.INFRASTRUCTURE,
            Grade.MUST,
            "disk",
            "%d MB are free in %s, and %d are required"
                .formatted(free.toMegabytes(), where, leastFree.toMegabytes()),
            "make room, or lower fairlead.deployer.least-disk-free");
  }
}
