package dev.fairlead.deployer.image;

import com.github.dockerjava.api.DockerClient;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * As much of a registry as a pull needs (OCI distribution specification, "pull"), on loopback,
 * where an engine speaks plain HTTP.
 */
final class TinyRegistry implements AutoCloseable {

  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String TOKEN = "one-that-passes";
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final PlainDoor door;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  private volatile Guard guard = Guard.NONE;
  private volatile String login = "";
  final AtomicInteger manifestsAsked = new AtomicInteger();

  /** Done while an engine waits for a manifest. */
  volatile Runnable whenAsked = () -> {};

  TinyRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext("/v2/", this::answerIfKnown);
    server.createContext("/token", this::handOutToken);
    server.start();
    door = new PlainDoor(server.getAddress().getPort());
  }

  String address() {
    return "127.0.0.1:" + door.port();
  }

  private enum Guard {
    NONE,
    BASIC,
    BEARER
  }

  /** From now on with the login alone, as a registry of one's own has it (RFC 7617). */
  TinyRegistry guarded(String user, String password) {
    login = basic(user, password);
    guard = Guard.BASIC;
    return this;
  }

  /** From now on with a token that the login is exchanged for, as the large ones have it. */
  TinyRegistry guardedByTokens(String user, String password) {
    login = basic(user, password);
    guard = Guard.BEARER;
    return this;
  }

  private static String basic(String user, String password) {
    String both = user + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  private void answerIfKnown(HttpExchange exchange) throws IOException {
    String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    boolean passes =
        switch (guard) {
          case NONE -> true;
          case BASIC -> given.equals(login);
          case BEARER -> given.equals("Bearer " + TOKEN);
        };
    if (passes) {
      answer(exchange);
    } else {
      refuse(
          exchange,
          guard == Guard.BASIC
              ? "Basic realm=\"tiny\""
              : "Bearer realm=\"http://%s/token\",service=\"tiny\"".formatted(address()));
    }
  }

  private void handOutToken(HttpExchange exchange) throws IOException {
    if (login.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      byte[] token = "{\"token\":\"%s\"}".formatted(TOKEN).getBytes(StandardCharsets.UTF_8);
      send(exchange, "application/json", token);
    } else {
      refuse(exchange, "Basic realm=\"tiny\"");
    }
  }

  private static void refuse(HttpExchange exchange, String challenge) throws IOException {
    byte[] why =
        "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}"
            .getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(401, head ? -1 : why.length);
      if (!head) {
        exchange.getResponseBody().write(why);
      }
    }
  }

  /** Takes an image from the engine under a name of this registry; the result is its digest. */
  String publish(DockerClient engine, String image, String name, String tag) throws Exception {
    Map<String, byte[]> files = new HashMap<>();
    try (InputStream saved = engine.saveImageCmd(image).exec();
        TarArchiveInputStream tar = new TarArchiveInputStream(saved)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        files.put(entry.getName(), tar.readAllBytes());
      }
    }
    JsonNode saved = JSON.readTree(file(files, "manifest.json")).get(0);
    byte[] config = file(files, saved.path("Config").asString());
    List<String> layers = new ArrayList<>();
    for (JsonNode layer : saved.path("Layers")) {
      layers.add(
          descriptor(
              "application/vnd.docker.image.rootfs.diff.tar.gzip",
              zipped(file(files, layer.asString()))));
    }
    byte[] manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                MANIFEST,
                descriptor("application/vnd.docker.container.image.v1+json", config),
                String.join(",", layers))
            .getBytes(StandardCharsets.UTF_8);
    manifests.put(name + "/manifests/" + tag, manifest);
    manifests.put(name + "/manifests/" + digest(manifest), manifest);
    return digest(manifest);
  }

  private static byte[] file(Map<String, byte[]> files, String name) {
    return Objects.requireNonNull(files.get(name), name);
  }

  private String descriptor(String type, byte[] blob) throws Exception {
    blobs.put(digest(blob), blob);
    return "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"}"
        .formatted(type, blob.length, digest(blob));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring("/v2/".length());
    if (path.isEmpty()) {
      send(exchange, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
    } else if (path.contains("/manifests/")) {
      manifestsAsked.incrementAndGet();
      whenAsked.run();
      send(exchange, MANIFEST, manifests.get(path));
    } else {
      String digest = path.substring(path.lastIndexOf('/') + 1);
      send(exchange, "application/octet-stream", blobs.get(digest));
    }
  }

  private static void send(HttpExchange exchange, String type, byte @Nullable [] body)
      throws IOException {
    try (exchange) {
      if (body == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest(body));
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (head) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(200, body.length);
        new ByteArrayInputStream(body).transferTo(exchange.getResponseBody());
      }
    }
  }

  private static byte[] zipped(byte[] layer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(layer);
    }
    return out.toByteArray();
  }

  private static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    server.stop(0);
  }
}
