package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.stack.ClassArchive;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * Where the jars are: FAIRLEAD_LIB, otherwise the folder of the jar that runs this.
 *
 * @param lib the folder with all jars
 * @param keepsClasses whether JVMs leave class archives behind
 */
public record Installation(Path lib, boolean keepsClasses) {

  /** Set when a stack's JVMs are to leave behind what makes the next start quick. */
  static final String KEEP_CLASSES = "FAIRLEAD_KEEP_CLASSES";

  public static Installation of(Surroundings surroundings) {
    Path lib =
        surroundings.variable("FAIRLEAD_LIB").map(Path::of).orElseGet(Installation::ownFolder);
    return new Installation(
        lib.toAbsolutePath().normalize(), surroundings.variable(KEEP_CLASSES).isPresent());
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

  /** The flags with which a member's JVM starts quickly; archives of other jars are forgotten. */
  List<String> classArchive(Member member) {
    Path folder = lib.resolveSibling("class-archives");
    try {
      Files.createDirectories(folder);
      forgetOlderThan(newest(lib), folder);
    } catch (IOException e) {
      return List.of(); // an installation that cannot be written to is used as it is
    }
    return ClassArchive.flags(folder, member.text(), keepsClasses);
  }

  private static FileTime newest(Path folder) throws IOException {
    FileTime newest = FileTime.fromMillis(0);
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : jars) {
        FileTime time = Files.getLastModifiedTime(jar);
        newest = time.compareTo(newest) > 0 ? time : newest;
      }
    }
    return newest;
  }

  private static void forgetOlderThan(FileTime time, Path folder) throws IOException {
    try (DirectoryStream<Path> archives = Files.newDirectoryStream(folder, "*.jsa")) {
      for (Path archive : archives) {
        if (Files.getLastModifiedTime(archive).compareTo(time) < 0) {
          Files.deleteIfExists(archive);
        }
      }
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
