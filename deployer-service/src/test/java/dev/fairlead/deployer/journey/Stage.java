package dev.fairlead.deployer.journey;

import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.DeployerService;
import dev.fairlead.deployer.SampleEdge;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.edge.EdgeProxy;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Place;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The deployer with real neighbours: broker, database, edge proxy, processes; and people. */
public final class Stage implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofSeconds(90);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String EDGE_TOKEN = "edge-token-of-the-tests";

  private final Path folder;
  private final EdgeProxy edge;
  private final ConfigurableApplicationContext deployer;
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable KafkaBroker ownBroker;

  private Stage(Path folder, EdgeProxy edge, ConfigurableApplicationContext deployer) {
    this.folder = folder;
    this.edge = edge;
    this.deployer = deployer;
  }

  public static Stage set(Path folder, String... moreSettings) throws IOException {
    return set(folder, Shared.kafka(), moreSettings);
  }

  /**
   * With a broker of its own, so that it takes no facts from the deployers of other tests that run
   * at the same time.
   */
  static Stage apart(Path folder, String... moreSettings) throws IOException {
    KafkaBroker broker = KafkaBroker.start(folder.resolve("kafka"), Ports.free());
    try {
      Stage stage = set(folder, broker, moreSettings);
      stage.ownBroker = broker;
      return stage;
    } catch (IOException | RuntimeException e) {
      broker.kill();
      throw e;
    }
  }

  private static Stage set(Path folder, KafkaBroker broker, String... moreSettings)
      throws IOException {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    EdgeProxy edge = SampleEdge.start(folder, EDGE_TOKEN);
    Path token = Files.writeString(folder.resolve("edge-token"), EDGE_TOKEN);
    Path tokens = People.tokens(folder);
    Shared.Database database = Shared.freshDatabase("deployer");
    ConfigurableApplicationContext deployer =
        new SpringApplicationBuilder(DeployerService.class, BackupsElsewhere.class)
            .run(
                Stream.concat(
                        Stream.of(
                            "--server.port=0",
                            "--FAIRLEAD_KAFKA=" + broker.bootstrapServers(),
                            "--FAIRLEAD_DB_URL=" + database.jdbcUrl(),
                            "--FAIRLEAD_DB_USER=" + database.user(),
                            "--FAIRLEAD_DB_PASSWORD=" + database.password(),
                            "--fairlead.security.tokens-file=" + tokens,
                            "--fairlead.deployer.home=" + folder.resolve("home"),
                            "--fairlead.deployer.least-disk-free=1MB",
                            "--fairlead.deployer.edge.admin=http://127.0.0.1:" + edge.adminPort(),
                            "--fairlead.deployer.edge.traffic=http://127.0.0.1:"
                                + edge.trafficPort(),
                            "--fairlead.deployer.edge.token=secret:file:" + token),
                        Stream.of(moreSettings))
                    .toArray(String[]::new));
    return new Stage(folder, edge, deployer);
  }

  public <T> T bean(Class<T> type) {
    return deployer.getBean(type);
  }

  /** Builds the archive of a version. */
  public void built(String version, String mood) throws IOException {
    built(version, mood, Map.of());
  }

  public void built(String version, String mood, Map<String, String> files) throws IOException {
    new VersionArchive(folder, version).of(mood, files);
  }

  /** Builds the archive of a version that runs a class of the tests, with its nested ones. */
  void built(String version, Class<?> application) throws IOException {
    new VersionArchive(folder, version).of(application);
  }

  JsonNode applyManifest(String manifest) {
    return post(
            "ada", "/applications", Map.of("manifest", manifest, "directory", folder.toString()))
        .body();
  }

  /** Where clients reach the edge proxy. */
  URI edge() {
    return URI.create("http://127.0.0.1:" + edge.trafficPort());
  }

  /**
   * Applies the manifest of an application called {@code name}.
   *
   * @param more further lines of the manifest
   */
  JsonNode applied(String name, String... more) {
    return applyManifest(SampleManifest.of(name, more));
  }

  /** What the deployer answered. */
  public record Answer(int status, JsonNode body) {

    public String text(String field) {
      return body.path(field).asString("");
    }
  }

  public Answer post(String who, String path, Object body) {
    return send(
        who,
        HttpRequest.newBuilder(deployer(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  /** From a sender without a token of the suite. */
  Answer push(String path, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(deployer(path)).POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    HttpResponse<String> response = exchange(request.build());
    return new Answer(response.statusCode(), JSON.readTree(response.body()));
  }

  Answer get(String path) {
    return send("ada", HttpRequest.newBuilder(deployer(path)));
  }

  /** An answer that is no JSON. */
  String text(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(deployer(path)).header("Authorization", "Bearer ada").build();
    return exchange(request).body();
  }

  URI deployer(String path) {
    String port = deployer.getEnvironment().getRequiredProperty("local.server.port");
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private Answer send(String who, HttpRequest.Builder request) {
    HttpResponse<String> response =
        exchange(request.header("Authorization", "Bearer " + who).build());
    return new Answer(response.statusCode(), JSON.readTree(response.body()));
  }

  /** Requests the deployment of a version and answers its id. */
  public String deploy(String application, String environment, String version) {
    Answer answer =
        post(
            "dora",
            "/deployments",
            Map.of("application", application, "environment", environment, "version", version));
    if (answer.status() != 202) {
      throw new AssertionError("not accepted: " + answer);
    }
    return answer.text("deployment");
  }

  /** Waits until the deployment has ended; the answer is how. */
  public Answer ended(String deployment) {
    return await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> get("/deployments/" + deployment),
            answer ->
                !answer.body().path("endedAt").isMissingNode()
                    && !answer.body().path("endedAt").isNull());
  }

  Answer inState(String deployment, String state) {
    return await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> get("/deployments/" + deployment), answer -> answer.text("state").equals(state));
  }

  /** Waits until it is in that phase. */
  void inPhase(String deployment, String phase) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> get("/deployments/" + deployment).text("phase").equals(phase));
  }

  /** Waits until it is in that step. */
  void inStep(String deployment, String step) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> get("/deployments/" + deployment).text("step").equals(step));
  }

  /** Waits until so many come before it. */
  Answer atPosition(String deployment, int position) {
    return await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> get("/deployments/" + deployment),
            answer -> answer.body().path("position").asInt(0) == position);
  }

  /** A client's request through the edge proxy. */
  public HttpResponse<String> visit(String application, String environment) {
    return exchange(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.trafficPort() + "/"))
            .header("Host", "%s.%s.localhost".formatted(application, environment))
            .timeout(Duration.ofSeconds(10))
            .build());
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("%s: %s".formatted(request.uri(), e), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Nullable JsonNode step(Answer deployment, String name) {
    for (JsonNode step : deployment.body().path("steps")) {
      if (step.path("name").asString("").equals(name)) {
        return step;
      }
    }
    return null;
  }

  /** An event of another service, or of whoever may write to the topic. */
  void told(String source, Event event) {
    bean(TransactionTemplate.class)
        .executeWithoutResult(
            status -> bean(Outbox.class).append(Envelope.of(source, Instant.now(), event)));
  }

  /** Stops what runs in these places, and then everything. */
  void strike(Place... places) throws InterruptedException {
    Runtime processes = bean(Runtimes.class).of(RuntimeKind.PROCESS);
    for (Place place : places) {
      for (Instance instance : processes.observe(place)) {
        processes.stop(instance.id(), Duration.ZERO, new Fence(place, Long.MAX_VALUE));
      }
    }
    close();
  }

  @Override
  public void close() {
    deployer.close();
    edge.close();
    http.close();
    if (ownBroker != null) {
      ownBroker.kill();
    }
  }
}
