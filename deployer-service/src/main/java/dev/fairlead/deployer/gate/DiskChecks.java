package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.Engines;
import dev.fairlead.deployer.runtime.HostName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.util.unit.DataSize;

/**
 * Whether there is room: where the deployer keeps archives, contexts and logs, and where an engine
 * of this machine keeps its images. Another host's disk cannot be seen through its engine.
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
    if (spec.runtime() == RuntimeKind.DOCKER && spec.hosts().contains(HostName.LOCAL)) {
      engines
          .find(HostName.LOCAL)
          .flatMap(Engine::imageFolder)
          .ifPresent(folder -> findings.add(room(folder)));
    }
    return findings;
  }

  private Finding room(Path folder) {
    try {
      DataSize free = DataSize.ofBytes(Files.getFileStore(folder).getUsableSpace());
      return free.compareTo(leastFree) >= 0
          ? Finding.passed(
              Gate.INFRASTRUCTURE,
              Grade.MUST,
              "disk",
              "%d MB are free in %s".formatted(free.toMegabytes(), folder))
          : Finding.failed(
              Gate.INFRASTRUCTURE,
              Grade.MUST,
              "disk",
              "%d MB are free in %s, and %d are required"
                  .formatted(free.toMegabytes(), folder, leastFree.toMegabytes()),
              "make room, or lower fairlead.deployer.least-disk-free");
    } catch (IOException e) {
      return Finding.failed(
          Gate.INFRASTRUCTURE,
          Grade.MUST,
          "disk",
          "the free space of %s cannot be read: %s".formatted(folder, e.getMessage()),
          "see that it exists, and that the deployer may look at it");
    }
  }
}
