package dev.fairlead.deployer.journey;

import static org.awaitility.Awaitility.await;

import dev.fairlead.edge.EdgeProxy;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Broker, PostgreSQL and edge proxy of one test, each in a process that can be killed. */
final class MortalNeighbours implements AutoCloseable {

  private static final String EDGE_TOKEN = "edge-token-of-the-tests";
  private static final String SHA256_OF_ADA =
      "fdee430d40bd57deeac186cd9790033d0f06f909a8806e7ce6e717ab7c7d5029";

  private final Path folder;
  private final int kafkaPort = Ports.free();
  private final int postgresPort = Ports.free();
  private final int edgePort = Ports.free();
  private final int edgeAdminPort = Ports.free();
  private KafkaBroker kafka;
  private PostgresServer postgres;
  private Process edge;

  MortalNeighbours(Path folder) {
    this.folder = folder;
    kafka = startKafka();
    postgres = startPostgres();
    edge = startEdge();
    postgres.createDatabase("deployer");
  }

  /** SIGKILL, then the same again. */
  void crashKafka() {
    crashKafka(() -> {});
  }

  /** SIGKILL, then the same again, with something done in between. */
  void crashKafka(Runnable meanwhile) {
    kafka.kill();
    meanwhile.run();
    kafka = startKafka();
  }

  /** SIGKILL, then the same again. */
  void crashPostgres() {
    crashPostgres(() -> {});
  }

  /** SIGKILL, then the same again, with something done in between. */
  void crashPostgres(Runnable meanwhile) {
    postgres.kill();
    meanwhile.run();
    postgres = startPostgres();
  }

  /** SIGKILL, then the same again. */
  void crashEdge() {
    crashEdge(() -> {});
  }

  /** SIGKILL, then the same again, with something done in between. */
  void crashEdge(Runnable meanwhile) {
    edge.destroyForcibly();
    Program.awaitEnd(edge.toHandle(), Duration.ofSeconds(10));
    meanwhile.run();
    edge = startEdge();
  }

  private KafkaBroker startKafka() {
    return KafkaBroker.start(folder.resolve("kafka"), kafkaPort);
  }

  private PostgresServer startPostgres() {
    return PostgresServer.start(folder.resolve("postgres"), postgresPort);
  }

  private Process startEdge() {
    Process started =
        Program.start(
            List.of(
                Executables.java().toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                EdgeProxy.class.getName()),
            Map.of(
                "FAIRLEAD_EDGE_PORT", Integer.toString(edgePort),
                "FAIRLEAD_EDGE_ADMIN_PORT", Integer.toString(edgeAdminPort),
                "FAIRLEAD_EDGE_STATE", folder.resolve("routes.json").toString(),
                "FAIRLEAD_EDGE_TOKEN", EDGE_TOKEN),
            folder,
            folder.resolve("edge.log"),
            Lifetime.OF_THIS_JVM);
    await().atMost(Duration.ofSeconds(60)).until(() -> Ports.answers(edgeAdminPort));
    return started;
  }

  URI traffic() {
    return URI.create("http://127.0.0.1:" + edgePort);
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  PostgresServer postgres() {
    return postgres;
  }

  /** Settings for deployers that work for the same places. */
  Map<String, String> deployerSettings() throws IOException {
    Path tokens =
        Files.writeString(
            folder.resolve("tokens.yaml"),
            "tokens:\n  - {name: ada, roles: [admin], sha256: %s}\n".formatted(SHA256_OF_ADA));
    Path edgeToken = Files.writeString(folder.resolve("edge-token"), EDGE_TOKEN);
    return Map.ofEntries(
        Map.entry("FAIRLEAD_KAFKA", kafka.bootstrapServers()),
        Map.entry("FAIRLEAD_DB_URL", postgres.jdbcUrl("deployer")),
        Map.entry("FAIRLEAD_DB_USER", postgres.user()),
        Map.entry("FAIRLEAD_DB_PASSWORD", postgres.password()),
        Map.entry("FAIRLEAD_SECURITY_TOKENSFILE", tokens.toString()),
        Map.entry("FAIRLEAD_DEPLOYER_HOME", folder.resolve("home").toString()),
        Map.entry("FAIRLEAD_DEPLOYER_LEASTDISKFREE", "1MB"),
        Map.entry("FAIRLEAD_DEPLOYER_EDGE_ADMIN", "http://127.0.0.1:" + edgeAdminPort),
        Map.entry("FAIRLEAD_DEPLOYER_EDGE_TRAFFIC", traffic().toString()),
        Map.entry("FAIRLEAD_DEPLOYER_EDGE_TOKEN", "secret:file:" + edgeToken));
  }

  @Override
  public void close() {
    edge.destroyForcibly();
    postgres.close();
    kafka.close();
  }
}
