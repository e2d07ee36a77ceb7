package dev.fairlead.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Actor;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.ApprovalRequested;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import dev.fairlead.events.DeploymentEvent.DeployRequested;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.DeploymentEvent.RollbackCompleted;
import dev.fairlead.events.DeploymentEvent.RollbackScope;
import dev.fairlead.events.DeploymentEvent.TableWrites;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Event;
import dev.fairlead.events.HealthEvent.HealthDegraded;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Version;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import tools.jackson.databind.json.JsonMapper;

@DisplayName("The console, on a real broker and database")
class ConsoleJourneyTest {

  private static final String TOKEN = "a-viewer's-token";

  @TempDir static Path folder;

  private static ServletWebServerApplicationContext console;
  private static ConsoleReader reader;
  private static KafkaProducer<String, byte[]> producer;

  @BeforeAll
  static void start() throws Exception {
    Shared.Database database = Shared.freshDatabase("console");
    Path tokens = Files.writeString(folder.resolve("tokens.yaml"), tokenFile());
    console =
        (ServletWebServerApplicationContext)
            new SpringApplication(ConsoleService.class)
                .run(
                    "--server.port=0",
                    "--spring.datasource.url=" + database.jdbcUrl(),
                    "--spring.datasource.username=" + database.user(),
                    "--spring.datasource.password=" + database.password(),
                    "--spring.kafka.bootstrap-servers=" + Shared.kafka().bootstrapServers(),
                    "--fairlead.console.heartbeat=1s",
                    "--fairlead.security.tokens-file=" + tokens);
    reader = new ConsoleReader(Objects.requireNonNull(console.getWebServer()).getPort());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", Shared.kafka().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stop() {
    producer.close();
    console.close();
  }

  @Test
  @DisplayName("a reader that comes back gets what it missed, once and in order")
  void resumes() throws Exception {
    String application = "resumed";
    List<ConsoleReader.Line> first;
    try (ConsoleReader.Stream stream =
        reader.open("/events?topic=deployments&application=" + application, TOKEN, null)) {
      publish(requested(application, "1"));
      publish(requested(application, "2"));
      first = stream.read(2);
    }
    publish(requested(application, "3"));
    publish(requested(application, "4"));
    publish(requested("somebody-else", "9"));

    try (ConsoleReader.Stream stream =
        reader.open(
            "/events?topic=deployments&application=" + application, TOKEN, first.getLast().id())) {
      List<ConsoleReader.Line> second = stream.read(2);

      assertThat(first).extracting(ConsoleReader.Line::event).containsOnly("deploy-requested");
      assertThat(first.getFirst().data()).contains("\"version\": \"1\"");
      assertThat(second.getFirst().data()).contains("\"version\": \"3\"");
      assertThat(second.getLast().data()).contains("\"version\": \"4\"");
    }
  }

  @Test
  @DisplayName("an idle stream sends a sign of life")
  void heartbeat() throws Exception {
    try (ConsoleReader.Stream stream = reader.open("/events?topic=audit", TOKEN, null)) {
      assertThat(stream.comments(2)).containsExactly("connected", "still here");
    }
  }

  @Test
  @DisplayName("the overview knows the last word about each place and what is unwell")
  void overview() {
    publish(requested("seen", "7"));
    publish(
        new DeploySucceeded(
            DeploymentId.random(),
            new ApplicationName("seen"),
            new EnvironmentName("staging"),
            new Version("7"),
            null,
            1234,
            null));
    publish(
        new HealthDegraded(
            IncidentId.random(),
            new TargetId("seen/staging/http"),
            null,
            null,
            ProbeKind.HTTP,
            Severity.CRITICAL,
            3,
            120,
            Instant.EPOCH,
            "HTTP 503"));

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(reader.get("/overview", TOKEN).body())
                    .contains("deploy-succeeded")
                    .contains("seen/staging/http")
                    .doesNotContain("deploy-requested"));
  }

  @Test
  @DisplayName("the overview shows what a rollback would set aside, and afterwards what it has")
  void dataAtRisk() {
    ApplicationName application = new ApplicationName("risky");
    EnvironmentName environment = new EnvironmentName("production");
    DeploymentId deployment = DeploymentId.random();
    DatabaseId database = new DatabaseId("risky/production/main");
    publish(
        new ApprovalRequested(
            deployment,
            application,
            environment,
            new Version("2"),
            new PlanHash("sha256:" + "a".repeat(64)),
            new ArtifactDigest("sha256:" + "b".repeat(64)),
            new Actor("dora"),
            Instant.EPOCH,
            List.of(new DataAtRisk(database, null, null, null, null, 40_000L)),
            null));
    requireLastWordOf("risky", "\"name\":\"approval-requested\"", "\"restoreMillis\":40000");

    publish(
        new RollbackCompleted(
            deployment,
            application,
            environment,
            new Version("1"),
            RollbackScope.FULL,
            900,
            "kept as risky_before",
            List.of(
                new DataAtRisk(
                    database,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    110L,
                    List.of(new TableWrites("public.orders", 100, 10, 0)),
                    40_000L))));
    requireLastWordOf("risky", "\"rows\":110", "public.orders", "kept as risky_before");
  }

  private static void requireLastWordOf(String application, String... said) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        JsonMapper.shared()
                            .readTree(reader.get("/overview", TOKEN).body())
                            .path("deployments")
                            .valueStream()
                            .filter(word -> word.toString().contains(application + "/production"))
                            .map(Object::toString))
                    .singleElement()
                    .asString()
                    .contains(said));
  }

  @Test
  @DisplayName("an unknown topic is refused with the names of the known ones")
  void unknownTopic() throws IOException {
    ConsoleReader.Answer answer = reader.get("/events?topic=gossip", TOKEN);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("there is no topic 'gossip'").contains("deployments");
  }

  @Test
  @DisplayName("nobody reads without a token")
  void noAnonymousAccess() throws IOException {
    assertThat(reader.get("/events", null).status()).isEqualTo(401);
    assertThat(reader.get("/overview", "guessed").status()).isEqualTo(401);
    assertThat(reader.get("/actuator/health", null).status()).isEqualTo(200);
  }

  private static DeployRequested requested(String application, String version) {
    return new DeployRequested(
        new ApplicationName(application),
        new EnvironmentName("staging"),
        new Version(version),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static void publish(Event event) {
    var _ = producer.send(EventRecords.record(Envelope.of("test", Instant.now(), event)));
    producer.flush();
  }

  private static String tokenFile() throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
    return "tokens:\n  - {name: watcher, roles: [viewer], sha256: %s}\n"
        .formatted(HexFormat.of().formatHex(hash));
  }
}
