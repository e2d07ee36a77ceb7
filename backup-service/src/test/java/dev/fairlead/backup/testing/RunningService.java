package dev.fairlead.backup.testing;

import dev.fairlead.backup.BackupService;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.Database;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.SecretReference;
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
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The service itself, in this JVM, on a real broker and database. */
public final class RunningService implements AutoCloseable {

  /** Of somebody who may do everything here. */
  public static final String TOKEN = "token-of-the-test";

  private final ConfigurableApplicationContext context;
  private final HttpClient http = HttpClient.newHttpClient();

  private RunningService(ConfigurableApplicationContext context) {
    this.context = context;
  }

  public static RunningService start(List<String> arguments) {
    return start(arguments, Clock.systemUTC());
  }

  /** That goes by this clock. */
  public static RunningService start(List<String> arguments, Clock clock) {
    return start(arguments, clock, UnaryOperator.identity());
  }

  /**
   * That goes by this clock.
   *
   * @param stores makes of those that are set those that it has
   */
  public static RunningService start(
      List<String> arguments, Clock clock, UnaryOperator<Stores> stores) {
    return new RunningService(
        new SpringApplicationBuilder(BackupService.class)
            .initializers(
                context -> {
                  ((GenericApplicationContext) context)
                      .registerBean("clock", Clock.class, () -> clock);
                  context.getBeanFactory().addBeanPostProcessor(changing(stores));
                })
            .run(arguments.toArray(String[]::new)));
  }

  private static BeanPostProcessor changing(UnaryOperator<Stores> stores) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof Stores set ? stores.apply(set) : bean;
      }
    };
  }

  /**
   * A catalogue, a store on disk and keys of its own below {@code folder}; the service hears what
   * is told from now on.
   */
  public static List<String> arguments(Path folder) {
    Shared.Database catalogue = Shared.freshDatabase("backup catalogue");
    Map<String, String> settings = new TreeMap<>();
    settings.put("server.port", "0");
    settings.put("spring.kafka.bootstrap-servers", Shared.kafka().bootstrapServers());
    settings.put("spring.datasource.url", catalogue.jdbcUrl());
    settings.put("spring.datasource.username", catalogue.user());
    settings.put("spring.datasource.password", catalogue.password());
    settings.put("spring.cloud.stream.bindings.facts-in-0.group", FreshGroup.make());
    settings.put("fairlead.security.tokens-file", tokens(folder).toString());
    settings.put("fairlead.backup.disk.folder", folder.resolve("store").toString());
    settings.put("fairlead.backup.identity-file", folder.resolve("identity.txt").toString());
    settings.put("fairlead.backup.drill.folder", folder.resolve("drills").toString());
    settings.put("fairlead.backup.drill.statement-key", folder.resolve("key.pem").toString());
    List<String> arguments = new ArrayList<>();
    settings.forEach((name, value) -> arguments.add("--%s=%s".formatted(name, value)));
    return arguments;
  }

  /** The manifest of an application with this database. */
  public static ApplicationApplied manifest(DatabaseId id, SourceDatabase source, Path folder) {
    return manifest(id, source, folder, null);
  }

  /** The same, with files that belong to it. */
  public static ApplicationApplied manifest(
      DatabaseId id, SourceDatabase source, Path folder, @Nullable List<String> files) {
    return manifest(id, source, folder, files, null);
  }

  /**
   * @param warm whether it wants its backups kept restored; the setting decides when absent
   */
  public static ApplicationApplied manifest(
      DatabaseId id,
      SourceDatabase source,
      Path folder,
      @Nullable List<String> files,
      @Nullable Boolean warm) {
    String[] names = id.value().split("/", -1);
    return new ApplicationApplied(
        new ApplicationName(names[0]),
        new EnvironmentName(names[1]),
        "0".repeat(64),
        null,
        List.of(),
        List.of(
            new Database(
                id,
                source.access().host(),
                source.access().port(),
                source.name(),
                source.role(),
                passwordIn(folder),
                null,
                null,
                null,
                files,
                warm,
                null)),
        Map.of());
  }

  /** One that no earlier run has used: the broker still tells what was told of that one. */
  public static DatabaseId freshId(SourceDatabase source) {
    return new DatabaseId(
        "%s-%08x/staging/main".formatted(source.name().replace('_', '-'), new Random().nextInt()));
  }

  /**
   * Tells of an application with this database, and waits until the service knows it.
   *
   * @return its id
   */
  public DatabaseId know(SourceDatabase source, Neighbourhood neighbours, Path folder) {
    DatabaseId id = freshId(source);
    neighbours.tell(manifest(id, source, folder));
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> get("/databases").body().contains(id.value()));
    return id;
  }

  private static SecretReference passwordIn(Path folder) {
    try {
      Path file = Files.writeString(folder.resolve("password"), SourceDatabase.password());
      return new SecretReference("secret:file:" + file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path tokens(Path folder) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
      return Files.writeString(
          folder.resolve("tokens.yaml"),
          """
          tokens:
            - name: alice
              roles: [deployer]
              sha256: %s
          """
              .formatted(HexFormat.of().formatHex(digest)));
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** Until the comparison is done that follows each start; the next one follows in an hour. */
  public RunningService compared() {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                bean(JdbcClient.class)
                    .sql(
                        """
                        select exists (select from scheduled_tasks
                         where task_name = 'reconciliation' and last_success is not null)
                        """)
                    .query(Boolean.class)
                    .single());
    return this;
  }

  /** Whether the broker has all that it had to tell until now. */
  public boolean hasToldAll() {
    return bean(JdbcClient.class)
        .sql("select not exists (select from chassis.outbox)")
        .query(Boolean.class)
        .single();
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

  public HttpResponse<String> delete(String path) {
    return send(request(path).DELETE());
  }

  private HttpRequest.Builder request(String path) {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%s%s".formatted(port, path)))
        .header("Authorization", "Bearer " + TOKEN);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    http.close();
    context.close();
  }
}
