package dev.fairlead.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * A real Kafka broker, one KRaft node that is its own controller, in a process of its own. Started
 * again on the same data folder it goes on with what it had, after SIGKILL too.
 */
public final class KafkaBroker implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  private static final List<String> JVM =
      List.of(
          "-Xmx192m",
          "-Xmn24m",
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:TrimNativeHeapInterval=10000",
          "-XX:+UseCompactObjectHeaders",
          "-Dlogback.configurationFile=fairlead-stack-logback.xml",
          "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Process process;
  private final int port;

  private KafkaBroker(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts a broker for tests: it ends with this JVM at the latest. */
  public static KafkaBroker start(Path data, int port) {
    return start(data, port, Lifetime.OF_THIS_JVM, List.of(), started -> {});
  }

  /**
   * Starts the broker and returns when it serves clients.
   *
   * @param flags of the broker's JVM beside its own; a class path among them replaces this JVM's
   * @param onStart gets the process as soon as there is one, long before it serves
   * @throws NeighbourFailed when it ends or is not ready within 90 s; the message has its last
   *     words
   */
  public static KafkaBroker start(
      Path data, int port, Lifetime lifetime, List<String> flags, Consumer<ProcessHandle> onStart) {
    Ports.requireFree(port, "the Kafka broker");
    Path log = data.resolve("broker.out");
    Path ready = data.resolve("ready");
    Process process;
    try {
      Files.createDirectories(data);
      Files.deleteIfExists(ready);
      process = Program.start(command(data, port, flags, ready), Map.of(), data, log, lifetime);
      onStart.accept(process.toHandle());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + data, e);
    }
    awaitReady(process, ready, log);
    return new KafkaBroker(process, port);
  }

  private static List<String> command(Path data, int port, List<String> flags, Path ready)
      throws IOException {
    Path settings = writeSettings(data, port);
    Path arguments = data.resolve("broker.args");
    Files.writeString(arguments, "-cp\n\"" + System.getProperty("java.class.path") + "\"\n");
    List<String> command = new ArrayList<>();
    command.add(Executables.java().toString());
    command.addAll(JVM);
    command.add("@" + arguments);
    command.addAll(flags);
    command.addAll(List.of(KafkaBrokerMain.class.getName(), settings.toString(), ready.toString()));
    return command;
  }

  private static Path writeSettings(Path data, int port) throws IOException {
    int controllerPort = Ports.free();
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put("log.dirs", data.resolve("log").toString());
    // One node: what a cluster would replicate is kept once.
    settings.put("default.replication.factor", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    // Small machine: few internal partitions, small indexes and buffers, no wait for more members.
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.num.partitions", "2");
    settings.put("share.coordinator.state.topic.num.partitions", "2");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("log.index.size.max.bytes", "1048576");
    settings.put("log.segment.bytes", "67108864");
    settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    settings.put("auto.create.topics.enable", "false");
    Path file = data.resolve("server.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, "written by Fairlead at every start");
    }
    return file;
  }

  private static void awaitReady(Process process, Path ready, Path log) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!Files.exists(ready)) {
      if (!process.isAlive()) {
        throw new NeighbourFailed(
            "the Kafka broker ended with %d while starting; its log %s ends with:%n%s"
                .formatted(process.exitValue(), log, Program.tail(log, 12)));
      }
      if (System.nanoTime() > deadline) {
        Program.endWithDescendants(process.toHandle());
        throw new NeighbourFailed(
            "the Kafka broker was not ready after %d s; see %s"
                .formatted(START_LIMIT.toSeconds(), log));
      }
      Pause.briefly();
    }
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  public long pid() {
    return process.pid();
  }

  /** SIGKILL: nothing is flushed, nothing is told to clients. */
  public void kill() {
    Program.endWithDescendants(process.toHandle());
  }

  /** Ends the broker in order; waits up to 20 s, then insists. */
  public void stop() {
    process.destroy();
    if (!Program.awaitEnd(process.toHandle(), Duration.ofSeconds(20))) {
      kill();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
