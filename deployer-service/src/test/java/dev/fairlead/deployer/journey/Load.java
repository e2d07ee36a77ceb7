package dev.fairlead.deployer.journey;

import java.io.IOException;
import java.net.URI;
import java.util.Deque;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at a constant rate, whether or not the ones before were answered: a stall of the proxy
 * cannot slow the load down and so hide itself. Kept and new connections, slow requests, uploads;
 * and uploads that last until they are let go, for what must not depend on the rate.
 */
final class Load implements AutoCloseable {

  private static final int KINDS = 20;
  private static final int PARTS = 8;
  private static final byte[] PART = new byte[16 * 1024];
  private static final int HELD_PAUSE_MILLIS = 100;
  private static final int SECONDS_BETWEEN_LONG = 2;
  private static final String LONG = "long";

  /** Each idle connection costs the application a thread and its buffers. */
  private static final int MOST_KEPT = 50;

  private final URI server;
  private final long gapNanos;
  private final int slowestMillis;
  private final int longMillis;
  private final int longEvery;
  private final Deque<Wire> kept = new ConcurrentLinkedDeque<>();
  private final Phaser open = new Phaser(1);
  private final AtomicInteger holds = new AtomicInteger();
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final Map<String, AtomicInteger> answered = new ConcurrentSkipListMap<>();
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();
  private final AtomicInteger repeated = new AtomicInteger();
  private final Thread clock;
  private volatile boolean ending;

  /**
   * @param slowestMillis what slow requests take at most
   * @param longMillis what one request every two seconds takes besides, so that at any moment some
   *     are under way if that is longer
   */
  Load(URI server, int perSecond, int slowestMillis, int longMillis) {
    this.server = server;
    this.gapNanos = 1_000_000_000L / perSecond;
    this.slowestMillis = slowestMillis;
    this.longMillis = longMillis;
    this.longEvery = SECONDS_BETWEEN_LONG * perSecond;
    this.clock = Thread.ofPlatform().daemon().start(this::tick);
  }

  int answered() {
    return answered.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  /** Of those that take especially long. */
  int answeredLong() {
    return answered(LONG);
  }

  private int answered(String kind) {
    return answered.getOrDefault(kind, new AtomicInteger()).get();
  }

  /** Begins an upload that does not end by itself. */
  void hold() {
    String id = "h" + holds.incrementAndGet();
    open.register();
    Thread.startVirtualThread(() -> settle("held", id, () -> held(id)));
  }

  /** Uploads begun by {@link #hold}. */
  int holds() {
    return holds.get();
  }

  /** Uploads begun by {@link #hold} that were answered. */
  int answeredHolds() {
    return answered("held");
  }

  /** Lets the uploads end that were begun by {@link #hold}. */
  void letGo() {
    letGo.countDown();
  }

  /** What became of requests that were not answered as they should have been. */
  Queue<String> lost() {
    return lost;
  }

  /**
   * GET requests that were sent again on a new connection, because the kept one ended before a byte
   * of the answer came: what every client does (RFC 9110, 9.2.2).
   */
  int repeated() {
    return repeated.get();
  }

  @Override
  public void close() {
    ending = true;
    letGo();
    try {
      clock.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    open.arriveAndAwaitAdvance();
    kept.forEach(Wire::close);
  }

  @Override
  public String toString() {
    return "%d answered %s, %d lost, %d repeated"
        .formatted(answered(), new TreeMap<>(answered), lost.size(), repeated.get());
  }

  private void tick() {
    long start = System.nanoTime();
    for (int number = 0; !ending; number++) {
      long due = start + number * gapNanos;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      int id = number;
      open.register();
      Thread.startVirtualThread(() -> request(id));
    }
  }

  private interface Exchange {
    /** What was answered. */
    String hold() throws IOException, InterruptedException;
  }

  private void request(int number) {
    String kind = kind(number);
    String id = "r" + number;
    settle(
        kind,
        id,
        () ->
            switch (kind) {
              case "new-connection" -> once(id, "GET", "/", true);
              case LONG -> once(id, "GET", "/slow?" + longMillis, false);
              case "slow" -> once(id, "GET", "/slow?" + number % slowestMillis, false);
              case "upload" -> upload(id);
              case "post" -> once(id, "POST", "/", false);
              default -> once(id, "GET", "/", false);
            });
  }

  private void settle(String kind, String id, Exchange exchange) {
    try {
      String answer = exchange.hold();
      if (!answer.equals(id)) {
        throw new IOException("answer of another request: " + answer);
      }
      answered.computeIfAbsent(kind, one -> new AtomicInteger()).incrementAndGet();
    } catch (IOException | InterruptedException e) {
      lost.add("%s %s: %s".formatted(kind, id, e.getMessage()));
    } finally {
      open.arriveAndDeregister();
    }
  }

  private String kind(int number) {
    if (number % longEvery == 1) {
      return LONG;
    }
    return switch (number % KINDS) {
      case 0, 10 -> "new-connection";
      case 5 -> "slow";
      case 9 -> "upload";
      case 14, 18 -> "post";
      default -> "kept-connection";
    };
  }

  private String once(String id, String method, String path, boolean fresh) throws IOException {
    String headers =
        "X-Request-Id: %s\r\n%s%s"
            .formatted(
                id,
                method.equals("POST") ? "Content-Length: 0\r\n" : "",
                fresh ? "Connection: close\r\n" : "");
    Wire wire = fresh ? new Wire(server) : idle();
    try {
      wire.send(method, path, headers);
      return answer(wire);
    } catch (IOException e) {
      wire.close();
      if (method.equals("GET") && wire.used() && !wire.begun()) {
        repeated.incrementAndGet();
        Wire second = new Wire(server);
        second.send(method, path, headers);
        return answer(second);
      }
      throw e;
    }
  }

  /** In parts with pauses, so that it is under way while the set changes. */
  private String upload(String id) throws IOException, InterruptedException {
    Wire wire = new Wire(server);
    wire.send(
        "POST",
        "/upload",
        "X-Request-Id: %s\r\nContent-Length: %d\r\n".formatted(id, PARTS * PART.length));
    for (int i = 0; i < PARTS; i++) {
      wire.write(PART);
      Thread.sleep(60);
    }
    return answer(wire);
  }

  /** A byte now and then, so that no proxy or instance takes it for dead. */
  private String held(String id) throws IOException, InterruptedException {
    Wire wire = new Wire(server);
    wire.send("POST", "/held", "X-Request-Id: %s\r\nTransfer-Encoding: chunked\r\n".formatted(id));
    do {
      wire.write("1\r\nx\r\n");
    } while (!letGo.await(HELD_PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    wire.write("0\r\n\r\n");
    return answer(wire);
  }

  private Wire idle() throws IOException {
    for (Wire wire = kept.pollFirst(); wire != null; wire = kept.pollFirst()) {
      if (!wire.stale()) {
        return wire;
      }
      wire.close();
    }
    return new Wire(server);
  }

  private String answer(Wire wire) throws IOException {
    Wire.Head head = wire.head();
    String text = wire.text(Math.max(0, head.length()));
    if (head.status() != 200) {
      wire.close();
      throw new IOException("answered %d %s".formatted(head.status(), text));
    }
    if (head.closes() || kept.size() >= MOST_KEPT) {
      wire.close();
    } else {
      kept.addFirst(wire);
    }
    return text;
  }
}
