package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Classes parsed, checked and linked, in a file that JVMs map into memory: half the processor time
 * until a service is ready, and pages that all services share (docs/adr/0017).
 */
record ClassArchive(Path file) {

  /**
   * At a fixed address, because an archive that is moved is rewritten page by page and shared with
   * nobody; a JVM that cannot have the address moves it all the same.
   */
  private static final List<String> FIXED_ADDRESS =
      List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0");

  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** The JVM flags that use it. */
  List<String> flags() {
    List<String> flags = new ArrayList<>(FIXED_ADDRESS);
    flags.add("-XX:SharedArchiveFile=" + file);
    // What does not fit would be told in the program's own log, class by class.
    flags.add("-Xlog:cds*=off");
    flags.add("-Xlog:aot*=off");
    return flags;
  }

  /** The JVM flag that writes down which classes a program loads. */
  static String recordingTo(Path list) {
    return "-XX:DumpLoadedClassList=" + list;
  }

  /**
   * Makes the file from the lists that programs have written.
   *
   * @param jvm the flags of the JVMs that will use it
   * @param classPath with which the class paths of all of them begin
   * @throws Failure when the JVM cannot write it
   */
  void make(List<Path> lists, List<String> jvm, String classPath) {
    Path list = file.resolveSibling(file.getFileName() + ".lst");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(list, union(lists));
      List<String> command = new ArrayList<>();
      command.add(Executables.java().toString());
      command.addAll(jvm);
      command.addAll(
          List.of(
              "-Xshare:dump",
              "-XX:+AOTClassLinking",
              "-XX:SharedClassListFile=" + list,
              "-XX:SharedArchiveFile=" + file,
              "-Xlog:disable",
              "-cp",
              classPath));
      Path folder = list.resolveSibling("");
      Path log = file.resolveSibling(file.getFileName() + ".log");
      Process dump = Program.start(command, Map.of(), folder, log, Lifetime.OF_THIS_JVM);
      if (!Program.awaitEnd(dump.toHandle(), LIMIT) || dump.exitValue() != 0) {
        Files.deleteIfExists(file);
        throw new Failure(Exit.FAILED, "the JVM did not write " + file, "its words: " + log);
      }
      Files.delete(list);
      Files.delete(log);
    } catch (IOException e) {
      throw new Failure(Exit.FAILED, "cannot write " + file + ": " + e.getMessage(), "", e);
    }
  }

  /**
   * One list of several. Numbers of classes are each list's own, and classes from other class
   * loaders need them: both are left out.
   */
  private static Set<String> union(List<Path> lists) throws IOException {
    Set<String> union = new LinkedHashSet<>();
    for (Path list : lists) {
      for (String line : Files.readAllLines(list)) {
        if (!line.startsWith("#") && !line.contains(" source: ")) {
          union.add(line.replaceAll(" id: \\d+", ""));
        }
      }
    }
    return union;
  }
}
