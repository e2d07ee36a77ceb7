package dev.fairlead.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * A client of the example application that never pauses: an open loop of requests over kept and new
 * connections, some of them slow, some of them writing. Every single one is counted.
 */
public final class Traffic implements AutoCloseable {

  static {
    // The route is chosen by host name; without this the client would insist on its own.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  /** Set by the application on every answer of its own, errors included. */
  private static final String VERSION_HEADER = "x-orders-version";

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int KINDS = 20;

  private final URI edge;
  private final String host;
  private final HttpClient kept =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("traffic-clock").factory());
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

  private final AtomicLong number = new AtomicLong();
  private final Map<Long, CompletableFuture<Long>> underWay = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> answered = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
  private final LongAdder lost = new LongAdder();
  private final AtomicReference<String> firstLoss = new AtomicReference<>("");
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  /**
   * @param edge where the proxy takes traffic
   * @param host the host name of the application's route
   */
  public Traffic(URI edge, String host) {
    this.edge = edge;
    this.host = host;
  }

  /**
   * Begins to ask, and goes on until it is closed.
   *
   * @param perSecond requests to begin each second, 1 to 1000, whether or not answers come
   */
  public void start(int perSecond) {
    long periodMicros = TimeUnit.SECONDS.toMicros(1) / perSecond;
    var _ = clock.scheduleAtFixedRate(this::send, 0, periodMicros, TimeUnit.MICROSECONDS);
  }

  /** As far as it is known by now; see {@link #settled}. */
  public Tally tally() {
    return new Tally(counts(answered), counts(refused), lost.sum(), firstLoss.get());
  }

  /** Waits for all requests that were begun before, none of which takes longer than 20 s or so. */
  public Tally settled() {
    CompletableFuture.allOf(underWay.values().toArray(CompletableFuture[]::new)).join();
    return tally();
  }

  /** The orders whose creation the application confirmed. */
  public Set<String> acknowledgedOrders() {
    return Set.copyOf(acknowledged);
  }

  /** Sends no more, and waits for what is on its way. */
  @Override
  public void close() {
    clock.shutdownNow();
    requests.close();
    kept.close();
  }

  private void send() {
    long n = number.incrementAndGet();
    underWay.put(n, new CompletableFuture<>());
    requests.execute(() -> count(n));
  }

  /** Whatever becomes of a request, it is counted once: without an answer it is lost. */
  private void count(long n) {
    String loss = "nothing is known of it";
    try {
      loss = outcome(ask(n));
    } catch (Exception e) {
      loss = e.toString();
    } finally {
      if (!loss.isEmpty()) {
        lose("request %d: %s".formatted(n, loss));
      }
      Objects.requireNonNull(underWay.remove(n)).complete(n);
    }
  }

  /** Empty if the application itself answered, else what was wrong. */
  private String outcome(Answer answer) {
    Optional<String> version = answer.version();
    if (version.isEmpty()) {
      return "%d without an answer of the application".formatted(answer.status());
    }
    (answer.status() < 400 ? answered : refused)
        .computeIfAbsent(version.get(), _ -> new LongAdder())
        .increment();
    return "";
  }

  private void lose(String what) {
    lost.increment();
    firstLoss.compareAndSet("", what);
  }

  private Answer ask(long n) throws Exception {
    return switch ((int) (n % KINDS)) {
      case 0 -> overKept(request("/slow?millis=1500").GET().build());
      case 1, 2, 3 -> order("demo-" + n);
      case 4, 5, 6, 7 -> overNew("/version");
      default -> overKept(request("/orders").GET().build());
    };
  }

  private Answer order(String item) throws Exception {
    Answer answer =
        overKept(
            request("/orders")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"item\":\"%s\"}".formatted(item)))
                .build());
    if (answer.status() == 201) {
      acknowledged.add(item);
    }
    return answer;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(edge.resolve(path)).header("Host", host);
  }

  /** Bounded as a whole: the client's own timeout ends with the headers. */
  private Answer overKept(HttpRequest request) throws Exception {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        kept.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    try {
      HttpResponse<byte[]> response = exchange.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), response.headers().firstValue(VERSION_HEADER));
    } catch (TimeoutException e) {
      exchange.cancel(true); // or closing the client would wait for it
      throw new IOException("no complete answer within %s".formatted(PATIENCE), e);
    }
  }

  /** A connection for this request alone, which HttpClient does not offer. */
  private Answer overNew(String path) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getByName(edge.getHost()), edge.getPort()), 5_000);
      socket.setSoTimeout((int) PATIENCE.toMillis());
      String request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, host);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return readAnswer(
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)));
    }
  }

  private static Answer readAnswer(BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null || line.length() < 12) {
      throw new IOException("the connection was closed before an answer");
    }
    int status = Integer.parseInt(line.substring(9, 12));
    Optional<String> version = Optional.empty();
    while ((line = in.readLine()) != null && !line.isEmpty()) {
      if (line.toLowerCase(Locale.ROOT).startsWith(VERSION_HEADER + ":")) {
        version = Optional.of(line.substring(VERSION_HEADER.length() + 1).strip());
      }
    }
    if (in.readLine() == null) {
      throw new IOException("the connection was closed before the body");
    }
    return new Answer(status, version);
  }

  private static Map<String, Long> counts(Map<String, LongAdder> adders) {
    Map<String, Long> counts = new TreeMap<>();
    adders.forEach((version, adder) -> counts.put(version, adder.sum()));
    return counts;
  }

  private record Answer(int status, Optional<String> version) {}
}
