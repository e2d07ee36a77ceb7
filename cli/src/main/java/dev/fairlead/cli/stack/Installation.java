package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Collectors;

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

  /** Where class archives are kept, beside the jars that they were made of. */
  Path classArchives() {
    return lib.resolveSibling("class-archives");
  }

  /** The flags with which a member's JVM starts from its archive; none when that does not fit. */
  List<String> classFlags(Member member) {
    return ClassFamily.of(member).map(this::classFlags).orElse(List.of());
  }

  /** The same for the {@code fairlead} command itself. */
  List<String> ownClassFlags() {
    return classFlags(ClassFamily.COMMAND);
  }

  private List<String> classFlags(ClassFamily family) {
    Path archive = classArchives().resolve(family.fileName());
    return isNewerThanTheJars(archive) ? new ClassArchive(archive).flags() : List.of();
  }

  /**
   * A JVM refuses an archive of other jars, and would then start without even the JDK's own: better
   * not to name it.
   */
  private boolean isNewerThanTheJars(Path archive) {
    try {
      return Files.exists(archive)
          && Files.getLastModifiedTime(archive).compareTo(newestJar()) >= 0;
    } catch (IOException e) {
      return false; // an installation that cannot be looked at is used as it is
    }
  }

  private FileTime newestJar() throws IOException {
    FileTime newest = FileTime.fromMillis(0);
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, "*.jar")) {
      for (Path jar : jars) {
        FileTime time = Files.getLastModifiedTime(jar);
        newest = time.compareTo(newest) > 0 ? time : newest;
      }
    }
    return newest;
  }

  /** The jars of these modules as a class path; each jar names the libraries it needs itself. */
  String classPath(List<String> modules) {
    return modules.stream()
        .map(module -> jar(module).toString())
        .collect(Collectors.joining(java.io.File.pathSeparator));
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
