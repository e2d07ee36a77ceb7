package dev.fairlead.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The example application")
class OrdersApplicationTest {

  private static final Path RELEASES = Path.of("src/releases");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Shared.Database database = Shared.freshDatabase("orders");
  private @Nullable HttpServer server;

  @AfterEach
  void stop() {
    Objects.requireNonNull(server).stop(0);
    client.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  @DisplayName("starts healthy in every release, with the schema of its own migrations")
  void startsHealthy(int version) throws Exception {
    start(version, version);

    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/version").body()).isEqualTo("{\"version\":\"%d\"}".formatted(version));
    assertThat(get("/version").headers().firstValue("X-Orders-Version")).hasValue("" + version);
  }

  @Test
  @DisplayName("keeps what was ordered")
  void keepsOrders() throws Exception {
    start(2, 2);

    assertThat(post("{\"item\":\"rope\"}").statusCode()).isEqualTo(201);
    assertThat(get("/orders").body()).contains("\"item\":\"rope\"");
    assertThat(post("{\"item\":\"\"}").statusCode()).isEqualTo(400);
    assertThat(post("nonsense").statusCode()).isEqualTo(400);
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("works in version 1 on the schema of version 2: that migration is compatible")
  void compatibleMigration() throws Exception {
    start(1, 2);

    assertThat(post("{\"item\":\"rope\"}").statusCode()).isEqualTo(201);
  }

  @Test
  @DisplayName("does not work in version 4 on the schema of version 5: that one is not")
  void incompatibleMigration() throws Exception {
    start(4, 5);

    assertThat(post("{\"item\":\"rope\"}").statusCode()).isEqualTo(500);
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("is bad in version 3 only under load, and its health check does not tell")
  void failsUnderLoad() throws Exception {
    start(3, 3);

    List<Integer> statuses = LongStream.range(0, 120).mapToObj(_ -> status("/orders")).toList();

    assertThat(statuses.subList(0, 20)).containsOnly(200);
    assertThat(statuses.stream().filter(status -> status == 500).count()).isEqualTo(30);
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("takes its password from a file where it is a container")
  void passwordInAFile(@TempDir Path secrets) throws Exception {
    Path file = Files.writeString(secrets.resolve("DATABASE_PASSWORD"), database.password() + "\n");
    start(2, 2, "DATABASE_PASSWORD_FILE", file.toString());

    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  private void start(int version, int schema) throws IOException, SQLException {
    start(version, schema, "DATABASE_PASSWORD", database.password());
  }

  private void start(int version, int schema, String passwordVariable, String password)
      throws IOException, SQLException {
    migrate(schema);
    server =
        OrdersApplication.start(
            Map.of(
                "PORT",
                "0",
                "DATABASE_URL",
                database.jdbcUrl(),
                "DATABASE_USER",
                database.user(),
                passwordVariable,
                password),
            RELEASES.resolve(version + "/orders.properties"));
  }

  private void migrate(int schema) throws IOException, SQLException {
    Properties login = new Properties();
    login.setProperty("user", database.user());
    login.setProperty("password", database.password());
    try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), login);
        Stream<Path> files = Files.list(RELEASES.resolve(schema + "/migrations"))) {
      for (Path file : files.sorted().toList()) {
        connection.createStatement().execute(Files.readString(file));
      }
    }
  }

  private int status(String path) {
    try {
      return get(path).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri("/orders")).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create(
        "http://127.0.0.1:" + Objects.requireNonNull(server).getAddress().getPort() + path);
  }
}
