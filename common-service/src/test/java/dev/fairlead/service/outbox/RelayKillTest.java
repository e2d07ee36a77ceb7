package dev.fairlead.service.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.Reading;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.service.probe.Kafka;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("A relay that is killed with SIGKILL, again and again")
class RelayKillTest {

  private static final int WRITERS = 4;
  private static final int KEYS_EACH = 3;
  private static final int KILLS = 5;
  private static final int BATCH = 50;
  private static final String SOURCE = "relay-test";

  private final Shared.Database where = Shared.freshDatabase("relay");
  private final DataSource database =
      new DriverManagerDataSource(where.jdbcUrl(), where.user(), where.password());
  private final Kafka kafka = new Kafka(Shared.kafka().bootstrapServers());
  private final List<Process> relays = new ArrayList<>();
  private final AtomicBoolean writing = new AtomicBoolean(true);

  @TempDir Path folder;

  @BeforeEach
  void prepare() throws Exception {
    Flyway.configure()
        .dataSource(database)
        .schemas("chassis")
        .locations("classpath:db/chassis")
        .load()
        .migrate();
    Map<String, Object> servers = Map.of("bootstrap.servers", Shared.kafka().bootstrapServers());
    try (Admin admin = Admin.create(servers)) {
      if (!admin.listTopics().names().get().contains("fairlead.health")) {
        admin.createTopics(List.of(new NewTopic("fairlead.health", 3, (short) 1))).all().get();
      }
    }
  }

  @AfterEach
  void killAll() throws InterruptedException {
    writing.set(false);
    for (Process relay : relays) {
      relay.destroyForcibly().waitFor();
    }
  }

  @Test
  @DisplayName("loses nothing, keeps the order of each key, and repeats at most a batch each time")
  void killed() throws Exception {
    Map<String, List<String>> written = new LinkedHashMap<>();
    Random random = new Random(20261121);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Map<String, List<String>>>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        writers.add(threads.submit(write(writer)));
      }
      try {
        for (int kill = 0; kill < KILLS; kill++) {
          killInTheMiddle(startRelay(kill), random);
        }
      } finally {
        writing.set(false);
      }
      for (Future<Map<String, List<String>>> writer : writers) {
        written.putAll(writer.get());
      }
    }
    startRelay(KILLS);
    await().atMost(Duration.ofSeconds(120)).until(() -> rows() == 0);

    Map<String, List<String>> read = new LinkedHashMap<>();
    Map<String, ConsumerRecord<byte[], byte[]>> first = new LinkedHashMap<>();
    int repeated = 0;
    for (ConsumerRecord<byte[], byte[]> record : relayed()) {
      String id = idOf(record);
      ConsumerRecord<byte[], byte[]> same = first.putIfAbsent(id, record);
      if (same == null) {
        read.computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayList<>()).add(id);
      } else {
        repeated++;
        assertThat(record.value()).isEqualTo(same.value());
        assertThat(record.headers()).isEqualTo(same.headers());
      }
    }
    assertThat(first).hasSizeGreaterThan(KILLS * BATCH);
    assertThat(read).isEqualTo(written);
    assertThat(repeated).isLessThanOrEqualTo(KILLS * BATCH);
  }

  /** Once it relays, at a moment that differs each time. */
  private void killInTheMiddle(Process relay, Random random) throws InterruptedException {
    long lowest = lowestRow();
    await()
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> lowestRow() > lowest);
    Thread.sleep(random.nextInt(300));
    relay.destroyForcibly().waitFor();
  }

  /** Appends to keys of its own until told to end; returns the ids in their order. */
  private Callable<Map<String, List<String>>> write(int writer) {
    return () -> {
      Outbox outbox = new Outbox(JdbcClient.create(database));
      TransactionTemplate transaction =
          new TransactionTemplate(new JdbcTransactionManager(database));
      Map<String, List<String>> ids = new LinkedHashMap<>();
      while (writing.get()) {
        transaction.executeWithoutResult(
            status -> {
              for (int i = 0; i < 10; i++) {
                String key = "relay/" + writer + "/" + i % KEYS_EACH;
                Envelope event =
                    Envelope.of(
                        SOURCE, Instant.now(), new HeartbeatMissed(new TargetId(key), null, 60));
                outbox.append(event);
                ids.computeIfAbsent(key, one -> new ArrayList<>()).add(event.id());
              }
            });
        Thread.sleep(10);
      }
      return ids;
    };
  }

  private Process startRelay(int number) throws IOException {
    Path arguments = folder.resolve("relay-" + number + ".args");
    Files.writeString(
        arguments,
        String.join(
            "\n",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx96m",
            "-cp",
            "\"" + System.getProperty("java.class.path") + "\"",
            RelayProcess.class.getName(),
            Shared.kafka().bootstrapServers(),
            where.jdbcUrl(),
            where.user(),
            "\"" + where.password() + "\"",
            Integer.toString(BATCH)));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process relay =
        new ProcessBuilder(java, "@" + arguments)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("relay-" + number + ".out").toFile())
            .start();
    relays.add(relay);
    return relay;
  }

  private long lowestRow() {
    return number("select coalesce(min(id), 0) from chassis.outbox");
  }

  private long rows() {
    return number("select count(*) from chassis.outbox");
  }

  private long number(String sql) {
    return JdbcClient.create(database).sql(sql).query(Long.class).single();
  }

  private List<ConsumerRecord<byte[], byte[]>> relayed() {
    return kafka.all(
        "fairlead.health",
        record -> ("/fairlead/" + SOURCE).equals(Kafka.header(record, "ce_source")));
  }

  private static String idOf(ConsumerRecord<byte[], byte[]> record) {
    Reading.Known event = (Reading.Known) EventRecords.read(record.headers(), record.value());
    return event.envelope().id();
  }
}
