package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The process that keeps the others: small, and the last to start and the first to end. */
final class KeeperProcess {

  /** It may be in the middle of starting a store. */
  private static final Duration END_LIMIT = Duration.ofSeconds(15);

  private static final List<String> JVM =
      List.of(
          "-Xmx16m",
          "-Xss256k",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseCompactObjectHeaders",
          "-XX:-UsePerfData",
          "-XX:TrimNativeHeapInterval=10000");

  private final StackHome home;
  private final Installation installation;
  private final Path pidFile;

  KeeperProcess(StackHome home, Installation installation) {
    this.home = home;
    this.installation = installation;
    this.pidFile = home.run().resolve("keeper.pid");
  }

  Optional<ProcessHandle> find() {
    try {
      return ProcessMark.parse(Files.readString(pidFile)).flatMap(ProcessMark::handle);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Starts one that looks after the stack with these ports. */
  void start(StackPorts ports) {
    List<String> command = new ArrayList<>();
    command.add(Executables.java().toString());
    command.addAll(JVM);
    command.addAll(installation.ownClassFlags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.fairlead.cli.Fairlead", "keep"));
    Map<String, String> environment =
        Map.of(
            "FAIRLEAD_HOME", home.folder().toString(),
            "FAIRLEAD_LIB", installation.lib().toString(),
            "FAIRLEAD_PORT_OFFSET", Integer.toString(ports.offset()));
    Process process =
        Program.start(command, environment, home.folder(), log(home), Lifetime.ITS_OWN);
    record(process.pid());
  }

  static Path log(StackHome home) {
    return home.logs().resolve("keeper.log");
  }

  private void record(long pid) {
    try {
      Optional<ProcessMark> mark = ProcessMark.of(pid);
      if (mark.isPresent()) {
        Files.writeString(pidFile, mark.get().toString());
      }
    } catch (IOException e) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      throw new Failure(
          Exit.FAILED,
          "cannot write %s: %s".formatted(pidFile, e.getMessage()),
          "free disk space, then: fairlead up",
          e);
    }
  }

  void stop() {
    find().ifPresent(KeeperProcess::end);
    try {
      Files.deleteIfExists(pidFile);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + pidFile, e);
    }
  }

  /** Not its descendants: those are members that it has started again. */
  static void end(ProcessHandle keeper) {
    keeper.destroy();
    if (!Program.awaitEnd(keeper, END_LIMIT)) {
      keeper.destroyForcibly();
    }
  }
}
