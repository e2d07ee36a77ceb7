package dev.fairlead.edge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A process of its own on the classpath of the tests, which may be killed. */
final class Child implements AutoCloseable {
  private final Process process;
  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  Child(Map<String, String> environment, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    process = builder.start();
    Thread.ofPlatform().daemon().start(this::listen);
  }

  private void listen() {
    try {
      process.inputReader().lines().forEach(this::hear);
    } catch (UncheckedIOException closed) {
      hear("the process was ended");
    }
  }

  private void hear(String line) {
    said.add(line);
    System.out.println(line);
  }

  /** Whether it has logged a line with these words. */
  boolean hasSaid(String words) {
    return said.stream().anyMatch(line -> line.contains(words));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** SIGTERM. */
  void terminate() throws InterruptedException {
    beginToStop();
    process.waitFor();
  }

  /** SIGTERM, without waiting for its end. */
  void beginToStop() {
    process.destroy();
  }

  /** Whether it stops: its logging ends sooner than it says so. */
  boolean isStopping() throws IOException {
    Path threads = Path.of("/proc", String.valueOf(process.pid()), "task");
    try (var all = Files.list(threads)) {
      for (Path thread : all.toList()) {
        if (Files.readString(thread.resolve("comm")).equals("stop\n")) {
          return true;
        }
      }
    } catch (NoSuchFileException ended) {
      return false; // a thread; it is asked again
    }
    return false;
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGSTOP: it stalls until {@link #resume}. */
  void stall() throws IOException, InterruptedException {
    signal("STOP");
    Path state = Path.of("/proc", String.valueOf(process.pid()), "stat");
    Awaitility.await().until(() -> Files.readString(state).contains(") T"));
  }

  /** SIGCONT. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    String pid = String.valueOf(process.pid());
    if (new ProcessBuilder("kill", "-" + name, pid).start().waitFor() != 0) {
      throw new IOException("no process " + pid);
    }
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the process still runs");
    }
    return process.exitValue();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
