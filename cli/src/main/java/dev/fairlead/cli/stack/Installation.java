package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the jars are: FAIRLEAD_LIB, otherwise the folder of the jar that runs this.
 *
 * @param lib the folder with all jars
 */
public record Installation(Path lib) {

  public static Installation of(Surroundings surroundings) {
    Path lib =
        surroundings.variable("FAIRLEAD_LIB").map(Path::of).orElseGet(Installation::ownFolder);
    return new Installation(lib.toAbsolutePath().normalize());
  }

  private static Path ownFolder() {
    try {
      Path jar =
          Path.of(Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar.resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Where JVMs keep what makes their next start quick; beside the jars, because it depends on them.
   */
  Path classArchives() {
    Path folder = lib.resolveSibling("class-archives");
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      // An installation that cannot be written to is used as it is: the JVM starts without.
      return folder;
    }
  }

  /** The jar of a module, whatever its version. */
  public Path jar(String module) {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, module + "-[0-9]*.jar")) {
      for (Path jar : jars) {
        return jar;
      }
    } catch (IOException e) {
      throw missing(module);
    }
    throw missing(module);
  }

  private Failure missing(String module) {
    return new Failure(
        Exit.FAILED,
        "%s has no %s-*.jar".formatted(lib, module),
        "build it with: mvn -Pquick package\nor name the folder with FAIRLEAD_LIB");
  }
}
