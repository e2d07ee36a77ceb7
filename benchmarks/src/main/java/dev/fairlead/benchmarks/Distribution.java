package dev.fairlead.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The jars as they are delivered, so that a process loads what it loads at its users' and nothing
 * that only the benchmarks need.
 *
 * @param lib the distribution's folder of jars
 */
record Distribution(Path lib) {

  static final Path BUILT = Path.of("distribution/target/fairlead/lib");

  Distribution {
    lib = lib.toAbsolutePath();
  }

  /**
   * The class path of a process.
   *
   * @param modules whose jars bring their libraries with them, in the order of the local stack
   * @throws IllegalStateException when a jar is not there
   */
  String classPath(List<String> modules) {
    return modules.stream()
        .map(module -> jar(module).toString())
        .collect(Collectors.joining(java.io.File.pathSeparator));
  }

  /** Its version is part of its name. */
  private Path jar(String module) {
    try (Stream<Path> jars = Files.list(lib)) {
      return jars.filter(jar -> jar.getFileName().toString().matches(module + "-[0-9].*[.]jar"))
          .findFirst()
          .orElseThrow(() -> missing(module));
    } catch (IOException _) {
      throw missing(module);
    }
  }

  private IllegalStateException missing(String module) {
    return new IllegalStateException(
        "%s has no %s; build it: mvn -Pquick -pl distribution -am package".formatted(lib, module));
  }
}
