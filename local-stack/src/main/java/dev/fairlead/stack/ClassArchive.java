package dev.fairlead.stack;

import java.nio.file.Path;
import java.util.List;

/**
 * Classes that a JVM loaded, parsed and checked, kept for its next start: a third less CPU time
 * until a service is ready (benchmarks/README.md). The JVM writes the file when it ends in order
 * and finds none that fits its version and jars, and ignores one that does not fit.
 */
public final class ClassArchive {

  private ClassArchive() {}

  /** The flags of a JVM that uses and renews the archive of {@code program} in {@code folder}. */
  public static List<String> flags(Path folder, String program) {
    return List.of(
        "-XX:+AutoCreateSharedArchive",
        "-XX:SharedArchiveFile=" + folder.resolve(program + ".jsa"),
        // It would list every class that it leaves out, in the program's own log.
        "-Xlog:cds*=off",
        "-Xlog:aot*=off");
  }
}
