package dev.fairlead.deployer.router.haproxy;

import dev.fairlead.deployer.router.RouterFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
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

  /** The kernel accepts for an HAProxy that is stopped or hangs; nothing answers then. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

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
    exchange("reload", patience.compareTo(ANSWER) > 0 ? patience : ANSWER);
  }

  private String exchange(String command) throws InterruptedException {
    return exchange(command, ANSWER);
  }

  private String exchange(String command, Duration answer) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return once(command, answer);
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

  private String once(String command, Duration answer) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      Thread deadline = Thread.startVirtualThread(() -> closeAfter(answer, channel));
      try {
        return converse(channel, command);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (AsynchronousCloseException e) {
        throw new IOException("nothing was answered within " + answer, e);
      } finally {
        deadline.interrupt();
      }
    }
  }

  /** A channel knows no time limit: who waits for it is woken when another thread closes it. */
  private static void closeAfter(Duration answer, SocketChannel channel) {
    try {
      Thread.sleep(answer);
      channel.close();
    } catch (InterruptedException answered) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** HAProxy answers and closes once it sees that nothing more is asked. */
  private String converse(SocketChannel channel, String command) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
    ByteBuffer bytes = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.shutdownOutput();
    return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
  }
}
