package dev.fairlead.deployer.image;

import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.runtime.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.util.unit.DataSize;

/**
 * The room that is left where something is pulled. A plan names the image that comes, so it is
 * pulled before the gates are asked, and also for a plan that nobody carries out: no number of them
 * may fill a disk.
 *
 * @param least that must be free before
 */
public record PullRoom(DataSize least) {

  static final PullRoom ANY = new PullRoom(DataSize.ofBytes(0));

  /**
   * @throws ArtifactUnusable where less is free; what an engine does not tell stops nobody
   */
  void require(Engine engine, String reference) {
    OptionalLong free = free(engine);
    if (free.isPresent() && free.getAsLong() < least.toBytes()) {
      throw ArtifactUnusable.withAdvice(
          reference,
          "it is not pulled: %d MB are free where %s keeps its images, and %d are required"
              .formatted(
                  DataSize.ofBytes(free.getAsLong()).toMegabytes(), engine, least.toMegabytes()),
          "make room, or lower fairlead.deployer.least-disk-free");
    }
  }

  private static OptionalLong free(Engine engine) {
    Optional<Path> seen = engine.imageFolder();
    if (seen.isEmpty()) {
      return engine.room();
    }
    try {
      return OptionalLong.of(Files.getFileStore(seen.get()).getUsableSpace());
    } catch (IOException unknown) {
      return OptionalLong.empty();
    }
  }
}
