package dev.fairlead.edge;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that keep asking in every way that is hard to move, and remember every failure. */
final class Load implements AutoCloseable {
  final Map<String, AtomicInteger> good = new TreeMap<>();
  final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean running = new AtomicBoolean(true);
  private final List<Thread> clients = new ArrayList<>();
  private final Transport transport;
  private final HttpClient http;
  private final URI base;

  Load(Transport transport, URI base) {
    this.transport = transport;
    this.http = transport.client();
    this.base = base;
  }

  Load everything() {
    return keepAlive(4).newConnections(2).slow(4).uploads(2).posts(2);
  }

  Load keepAlive(int count) {
    return start("keep-alive", count, () -> expect(200, get("/")));
  }

  Load posts(int count) {
    HttpRequest post =
        HttpRequest.newBuilder(base.resolve("/")).POST(BodyPublishers.ofString("an order")).build();
    return start("post", count, () -> expect(200, http.send(post, BodyHandlers.ofString())));
  }

  Load slow(int count) {
    return start("slow", count, () -> expect(200, get("/slow?millis=400")));
  }

  Load uploads(int count) {
    byte[] part = new byte[64 * 1024];
    HttpRequest upload =
        HttpRequest.newBuilder(base.resolve("/upload"))
            .POST(BodyPublishers.ofByteArrays(slowly(part, 8)))
            .build();
    return start(
        "upload",
        count,
        () -> {
          HttpResponse<String> answer = http.send(upload, BodyHandlers.ofString());
          expect(200, answer);
          if (!answer.body().equals(String.valueOf(8 * part.length))) {
            throw new IOException("upload of " + answer.body() + " bytes arrived");
          }
        });
  }

  Load newConnections(int count) {
    return start("new-connection", count, this::overNewConnection);
  }

  int total() {
    return good.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  @Override
  public void close() throws InterruptedException {
    running.set(false);
    for (Thread client : clients) {
      client.join(Duration.ofSeconds(20));
    }
    http.close();
  }

  private interface Ask {
    void once() throws Exception;
  }

  private Load start(String kind, int count, Ask ask) {
    AtomicInteger succeeded = good.computeIfAbsent(kind, ignored -> new AtomicInteger());
    for (int i = 0; i < count; i++) {
      clients.add(
          Thread.startVirtualThread(
              () -> {
                while (running.get()) {
                  try {
                    ask.once();
                    succeeded.incrementAndGet();
                    Thread.sleep(2);
                  } catch (Exception e) {
                    failures.add(kind + ": " + e);
                  }
                }
              }));
    }
    return this;
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(base.resolve(path)).build(), BodyHandlers.ofString());
  }

  private void expect(int status, HttpResponse<String> answer) throws IOException {
    if (!transport.spoken(answer)) {
      throw new IOException("answered with " + answer.version());
    }
    if (answer.statusCode() != status) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
  }

  private void overNewConnection() throws IOException, InterruptedException {
    if (transport == Transport.HTTP_2) {
      try (HttpClient another = transport.client()) {
        expect(
            200,
            another.send(
                HttpRequest.newBuilder(base.resolve("/")).build(), BodyHandlers.ofString()));
      }
      return;
    }
    try (Socket socket = transport.connect(base)) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      if (!answer.startsWith("HTTP/1.1 200")) {
        throw new IOException("answer: " + answer);
      }
    }
  }

  /** The same part again and again, with a pause before each, so that an upload takes a while. */
  private static Iterable<byte[]> slowly(byte[] part, int times) {
    return () ->
        java.util.stream.IntStream.range(0, times)
            .mapToObj(
                i -> {
                  try {
                    Thread.sleep(30);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  return part;
                })
            .iterator();
  }
}
