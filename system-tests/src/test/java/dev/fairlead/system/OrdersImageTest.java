package dev.fairlead.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The example application as an image")
class OrdersImageTest {

  static {
    // The route is chosen by host name.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  private static final int OFFSET = 10_000;
  private static final int DATABASE_PORT = 7132 + OFFSET;
  private static final String APPLICATION = "orders-in-docker";
  private static final String BASE = "fairlead-system-test/java:25";
  private static final String IMAGE = "fairlead-system-test/orders";
  private static final String NETWORK = "fairlead-system-test";
  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir static Path home;
  @TempDir static Path folder;

  private static FairleadCommand fairlead;
  private static InetAddress gateway;
  private static Relay relay;

  @BeforeAll
  static void start() throws Exception {
    fairlead = new FairleadCommand(home, OFFSET);
    Neighbours.require("docker", "pg_dump");
    gateway = Docker.gatewayOf(NETWORK);
    relay = new Relay(gateway, DATABASE_PORT);
    JavaImage.build(folder.resolve("java"), BASE);
    fairlead.run(LONG, "up").succeeded();
    OrdersDatabase.create(fairlead, DATABASE_PORT);
    fairlead.run("apply", manifest().toString()).succeeded();
  }

  /** Under a name of its own, because containers are looked for by that. */
  private static Path manifest() throws IOException {
    Path example = fairlead.manifest().resolveSibling("docker.yaml");
    Path migrations = Files.createDirectory(folder.resolve("migrations"));
    try (Stream<Path> files = Files.list(example.resolveSibling("src/releases/4/migrations"))) {
      for (Path file : files.toList()) {
        Files.copy(file, migrations.resolve(file.getFileName()));
      }
    }
    return new ExampleManifest(Files.readString(example))
        .with("application: orders", "application: " + APPLICATION)
        .with("orders:{version}", IMAGE + ":{version}")
        .with("172.17.0.1:5432", gateway.getHostAddress() + ":" + relay.port())
        .with("src/releases/4/migrations", "migrations")
        .in(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    fairlead.run(LONG, "down").succeeded();
    if (relay != null) {
      relay.close();
      Docker.forget(APPLICATION);
      Docker.forgetImages(IMAGE);
      Docker.forgetImages(BASE);
      Docker.forgetNetwork(NETWORK);
    }
    assertThat(Leftovers.of(home)).isEmpty();
  }

  @Test
  @DisplayName(
      "is built by its Dockerfile, deployed as containers, and answers out of its database")
  void answers() throws Exception {
    built("2");
    fairlead.run(LONG, "deploy", APPLICATION, "2", "--watch").succeeded();

    assertThat(asked("GET", "/version", "").body()).isEqualTo("{\"version\":\"2\"}");
    assertThat(asked("POST", "/orders", "{\"item\":\"rope\"}").statusCode()).isEqualTo(201);
    assertThat(asked("GET", "/orders", "").body()).contains("\"item\":\"rope\"");
    assertThat(containers())
        .hasSize(2)
        .allSatisfy(
            id ->
                assertThat(Docker.run("inspect", id, "-f", "{{.Config.User}} {{.Image}}"))
                    .isEqualTo("10001:10001 " + idOf(IMAGE + ":2")));
  }

  private static void built(String version) {
    Docker.run(
        "build",
        "--build-arg=VERSION=" + version,
        "--build-arg=BASE=" + BASE,
        "--tag=" + IMAGE + ":" + version,
        Objects.requireNonNull(fairlead.manifest().getParent()).toString());
  }

  private static String idOf(String image) {
    return Docker.run("image", "inspect", image, "-f", "{{.Id}}");
  }

  private static List<String> containers() {
    return Docker.run("ps", "--quiet", "--filter", "label=fairlead.application=" + APPLICATION)
        .lines()
        .toList();
  }

  private static HttpResponse<String> asked(String method, String path, String body)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI edge = URI.create("http://127.0.0.1:%d".formatted(7180 + OFFSET));
      return client.send(
          HttpRequest.newBuilder(edge.resolve(path))
              .header("Host", "orders.staging.localhost")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
