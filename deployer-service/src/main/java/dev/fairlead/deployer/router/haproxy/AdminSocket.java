package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.RouterFailure;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * HAProxy's admin socket: one connection for each command, as its own tools do. Through the master
 * every worker can be reached (HAProxy management guide, "Master CLI").
 */
final class AdminSocket {

  private static final Duration RETRY = Duration.ofMillis(100);
  private static final String WORKER_GONE = "Can't find the target";

  private final Path socket;
  private final Duration patience;

  AdminSocket(Path socket, Duration patience) {
    this.socket = socket;
    this.patience = patience;
  }

  /** One HAProxy process; the prefix addresses it. */
  record Worker(String prefix) {}

  /** The worker ended between two commands. */
  static final class WorkerGone extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** The processes that may serve requests, the one that takes new connections first. */
  List<Worker> workers() throws InterruptedException {
    List<Worker> workers = new ArrayList<>();
    String processes = exchange("show proc");
    for (String line : processes.split("\n")) {
      String[] columns = line.strip().split("\\s+");
      if (columns.length > 2 && columns[1].equals("worker")) {
        workers.add(new Worker("@!" + columns[0] + " "));
      }
    }
    return workers.isEmpty() && !processes.contains("# workers")
        ? List.of(new Worker(""))
        : workers;
  }

  /** What the worker answers. */
  String ask(Worker worker, String command) throws WorkerGone, InterruptedException {
    String answer = exchange(worker.prefix() + command);
    if (answer.startsWith(WORKER_GONE)) {
      throw new WorkerGone();
    }
    return answer;
  }

  /** Tells the master to start new workers with the files as they are now. */
  void reload() throws InterruptedException {
    exchange("reload");
  }

  private String exchange(String command) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return once(command);
      } catch (IOException e) {
        if (System.nanoTime() >= deadline) {
          throw new RouterFailure(
              "haproxy does not answer on %s for %d s: %s; start it, or correct the setting haproxy.socket"
                  .formatted(socket, patience.toSeconds(), e.getMessage()),
              e);
        }
        Thread.sleep(RETRY);
      }
    }
  }

  /** HAProxy answers and closes once it sees that nothing more is asked. */
  private String once(String command) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer bytes = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.shutdownOutput();
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
