package dev.fairlead.stack;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Programs installed on this machine. */
public final class Executables {

  private Executables() {}

  /** The program on the PATH, or in the folders of system tools that a PATH often lacks. */
  public static Optional<Path> find(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin:/sbin";
    for (String folder : path.split(File.pathSeparator)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
        return Optional.of(Path.of(folder, name));
      }
    }
    return Optional.empty();
  }

  /** The launcher of the JVM that runs this code. */
  public static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
