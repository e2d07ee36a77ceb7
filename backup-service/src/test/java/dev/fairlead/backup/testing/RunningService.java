package dev.fairlead.backup.testing;

import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.BackupService;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Reading;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.Topic;
import dev.fairlead.events.kafka.EventRecords;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The service itself on a real broker and database, and a reader of all that it tells. */
public final class RunningService implements AutoCloseable {

  private static final String TOKEN = "token-of-the-test";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final ConfigurableApplicationContext context;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<Envelope> heard = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;

  private RunningService(ConfigurableApplicationContext context, int port) {
    this.context = context;
    this.port = port;
    this.producer = producer();
    this.consumer = consumer();
  }

  /** With a catalogue, a store on disk and keys of its own below {@code folder}. */
  public static RunningService start(Path folder, Map<String, String> settings) {
    Map<String, Object> all =
        Stream.of(defaults(folder), settings)
            .flatMap(map -> map.entrySet().stream())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> b));
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(BackupService.class)
            .run(
                all.entrySet().stream()
                    .map(entry -> "--%s=%s".formatted(entry.getKey(), entry.getValue()))
                    .toArray(String[]::new));
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    return new RunningService(context, Integer.parseInt(port));
  }

  /** What a service in its own process needs as well. */
  public static Map<String, String> defaults(Path folder) {
    Shared.Database catalogue = Shared.freshDatabase("backup catalogue");
    return Map.of(
        "server.port", "0",
        "spring.kafka.bootstrap-servers", Shared.kafka().bootstrapServers(),
        "spring.datasource.url", catalogue.jdbcUrl(),
        "spring.datasource.username", catalogue.user(),
        "spring.datasource.password", catalogue.password(),
        "spring.cloud.stream.bindings.facts-in-0.group", "backup-" + UUID.randomUUID(),
        "fairlead.security.tokens-file", tokens(folder).toString(),
        "fairlead.backup.disk.folder", folder.resolve("store").toString(),
        "fairlead.backup.identity-file", folder.resolve("identity.txt").toString());
  }

  private static Path tokens(Path folder) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
      return Files.writeString(
          folder.resolve("tokens.yaml"),
          "tokens:%n  - name: alice%n    roles: [deployer]%n    sha256: %s%n"
              .formatted(HexFormat.of().formatHex(digest)));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A reference to a file with the password of {@link SourceDatabase}. */
  public static SecretReference passwordIn(Path folder) {
    try {
      Path file = Files.writeString(folder.resolve("password"), SourceDatabase.password());
      return new SecretReference("secret:file:" + file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public void tell(Event event) {
    tell(Envelope.of("test", Instant.now(), event));
  }

  public void tell(Envelope envelope) {
    try {
      producer.send(EventRecords.record(envelope)).get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until it tells such an event. */
  public <E extends Event> E awaitEvent(Class<E> type, Predicate<E> wanted) {
    return await()
        .atMost(PATIENCE)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .until(() -> events(type).stream().filter(wanted).toList(), found -> !found.isEmpty())
        .getFirst();
  }

  /** All of this type that were told until now. */
  public <E extends Event> List<E> events(Class<E> type) {
    listen(Duration.ofMillis(100));
    return heard.stream().map(Envelope::event).filter(type::isInstance).map(type::cast).toList();
  }

  public void listen(Duration time) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(time)) {
      if (EventRecords.read(record.headers(), record.value())
          instanceof Reading.Known(Envelope fact)) {
        heard.add(fact);
      }
    }
  }

  public HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  public HttpResponse<String> post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
        .header("Authorization", "Bearer " + TOKEN);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static KafkaProducer<String, byte[]> producer() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", Shared.kafka().bootstrapServers());
    return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
  }

  /** Reads all partitions from the beginning: tests tell their events apart by ids. */
  private static KafkaConsumer<String, byte[]> consumer() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", Shared.kafka().bootstrapServers());
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topic.BACKUPS.topicName()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    consumer.close();
    context.close();
  }
}
