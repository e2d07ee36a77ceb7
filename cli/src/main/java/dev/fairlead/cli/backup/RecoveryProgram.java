package dev.fairlead.cli.backup;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.stack.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Backup-service's own code for stores, run as a program: no service has to be there. */
final class RecoveryProgram {

  private static final String MAIN = "dev.fairlead.backup.recovery.Recovery";
  private static final int USAGE = 2;

  private RecoveryProgram() {}

  /** Talks to whoever typed the command. */
  static Exit run(Session session, List<String> options) throws IOException, InterruptedException {
    return switch (program(session, options).inheritIO().start().waitFor()) {
      case 0 -> Exit.OK;
      case USAGE -> Exit.USAGE;
      default -> Exit.FAILED;
    };
  }

  /**
   * @return what it printed
   * @throws Failure when it failed; it has said why
   */
  static String output(Session session, List<String> options)
      throws IOException, InterruptedException {
    Process process =
        program(session, options).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new Failure(
          code == USAGE ? Exit.USAGE : Exit.FAILED,
          "the store did not say what was asked",
          "see the message above");
    }
    return text;
  }

  private static ProcessBuilder program(Session session, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED"));
    command.add("--sun-misc-unsafe-memory-access=allow");
    Path jar = Installation.of(session.surroundings()).jar("backup-service");
    command.addAll(List.of("-cp", jar.toString(), MAIN));
    command.addAll(options);
    return new ProcessBuilder(command).directory(session.surroundings().folder().toFile());
  }
}
