package dev.fairlead.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What runs of a stack: every process of it is told the stack's folder, or works inside it. */
final class Leftovers {

  private Leftovers() {}

  static List<String> of(Path home) {
    return processes(home)
        .map(process -> process.pid() + " " + process.info().command().orElse("?"))
        .toList();
  }

  static Stream<ProcessHandle> processes(Path home) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> knows(process, home));
  }

  private static boolean knows(ProcessHandle process, Path home) {
    return read(process, "environ").contains("FAIRLEAD_HOME=" + home)
        || read(process, "cmdline").contains(home + "/")
        || worksIn(process, home);
  }

  private static boolean worksIn(ProcessHandle process, Path home) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/%d/cwd".formatted(process.pid())))
          .startsWith(home);
    } catch (IOException e) {
      return false; // it has ended meanwhile
    }
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(
          Path.of("/proc/%d/%s".formatted(process.pid(), file)), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended meanwhile
    }
  }
}
