package dev.fairlead.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Classes that a JVM loaded, parsed and checked, kept for its next start: a third less CPU time
 * until a service is ready (benchmarks/README.md). A JVM ignores an archive that does not fit its
 * version or its jars, and then neither uses nor renews it: whoever replaces jars deletes archives.
 */
public final class ClassArchive {

  private ClassArchive() {}

  /**
   * The flags of a JVM that uses the archive of {@code program} in {@code folder}, if there is one.
   *
   * @param kept whether the JVM writes one when it ends in order and there is none; remembering
   *     what to write takes a third more memory while it runs
   */
  public static List<String> flags(Path folder, String program, boolean kept) {
    Path archive = folder.resolve(program + ".jsa");
    if (!kept && !Files.exists(archive)) {
      return List.of();
    }
    List<String> flags = new ArrayList<>();
    if (kept) {
      flags.add("-XX:+AutoCreateSharedArchive");
    }
    flags.add("-XX:SharedArchiveFile=" + archive);
    // It would list every class that it leaves out, in the program's own log.
    flags.add("-Xlog:cds*=off");
    flags.add("-Xlog:aot*=off");
    return flags;
  }
}
