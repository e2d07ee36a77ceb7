package dev.fairlead.deployer.image;

import dev.fairlead.deployer.disk.Latest;
import dev.fairlead.events.DeploymentId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What builds wrote, one file a deployment, readable while it is written. The latest are kept. */
public final class BuildLogs {

  private static final Logger log = LoggerFactory.getLogger(BuildLogs.class);

  private static final int MOST = 100;

  private final Path folder;

  public BuildLogs(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /** Adds to what is there: a build that a crash interrupted has written before. */
  BoundedLog append(DeploymentId deployment) {
    try {
      Files.createDirectories(folder);
      Latest.keep(folder, MOST - 1);
      Path file = fileOf(deployment);
      long written = Files.exists(file) ? Files.size(file) : 0;
      return new BoundedLog(
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
          written);
    } catch (IOException e) {
      log.warn("build output=lost folder={} reason=\"{}\"", folder, e.getMessage());
      return new BoundedLog(OutputStream.nullOutputStream(), 0);
    }
  }

  /** Empty when the deployment has built nothing, or long ago. */
  public Optional<InputStream> open(DeploymentId deployment) {
    try {
      return Optional.of(Files.newInputStream(fileOf(deployment)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("the log of a build cannot be read", e);
    }
  }

  private Path fileOf(DeploymentId deployment) {
    return folder.resolve(deployment + ".log");
  }
}
