package dev.fairlead.deployer.release;

import dev.fairlead.deployer.artifact.Archives;
import dev.fairlead.deployer.image.BuildContexts;
import dev.fairlead.deployer.image.BuildLogs;
import dev.fairlead.deployer.image.Builds;
import dev.fairlead.deployer.image.ImageStock;
import dev.fairlead.deployer.runtime.Engines;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Artifacts where there is no engine and no archive: for tests that start nothing. */
public final class EmptyArtifacts {

  private EmptyArtifacts() {}

  public static Artifacts in(Path folder) {
    ImageStock images = new ImageStock(new Engines(List.of()));
    return new Artifacts(
        new Archives(folder),
        images,
        new Builds(images, new BuildContexts(folder), new BuildLogs(folder), Clock.systemUTC()));
  }
}
