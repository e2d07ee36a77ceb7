package dev.fairlead.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What still runs of a stack: every process of it knows the stack's folder. */
final class Leftovers {

  private Leftovers() {}

  static List<String> of(Path home) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> knows(process, home))
        .map(process -> process.pid() + " " + process.info().command().orElse("?"))
        .toList();
  }

  private static boolean knows(ProcessHandle process, Path home) {
    return read(process, "environ").contains("FAIRLEAD_HOME=" + home)
        || read(process, "cmdline").contains(home + "/");
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
