package dev.fairlead.deployer.router;

import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A proxy of this machine that a test started, in a folder of its own. */
public final class Installed implements AutoCloseable {

  private static final Duration SIGNALLED = Duration.ofSeconds(10);

  private final List<String> command;
  private final Path folder;
  private final int port;
  private Process process;

  /**
   * @param command stays in the foreground
   * @param port answers once it serves
   */
  public Installed(List<String> command, Path folder, int port) {
    this.command = command;
    this.folder = folder;
    this.port = port;
    this.process = start();
  }

  private Process start() {
    Process started =
        Program.start(command, Map.of(), folder, folder.resolve("proxy.log"), Lifetime.OF_THIS_JVM);
    await().atMost(Duration.ofSeconds(20)).until(() -> Ports.answers(port));
    return started;
  }

  /** SIGKILL of all its processes, then a start. */
  public void crash() {
    Program.endWithDescendants(process.toHandle());
    await().atMost(Duration.ofSeconds(20)).until(() -> !Ports.answers(port));
    process = start();
  }

  /** SIGSTOP to all its processes: the kernel goes on accepting connections for them. */
  void freeze() {
    signal("STOP");
  }

  void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .forEach(
            one -> Program.run(List.of("kill", "-" + name, Long.toString(one.pid())), SIGNALLED));
  }

  @Override
  public void close() {
    Program.endWithDescendants(process.toHandle());
  }
}
