package dev.fairlead.service.probe;

import dev.fairlead.stack.KafkaBroker;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The probe service in this JVM, on real neighbours, and the means to look at it. */
public final class Probe implements AutoCloseable {

  private final String name;
  private final ConfigurableApplicationContext context;
  private final HttpClient http = HttpClient.newHttpClient();

  private Probe(String name, ConfigurableApplicationContext context) {
    this.name = name;
    this.context = context;
  }

  /** On the shared neighbours. The name is the service's, and so its consumer group's. */
  public static Probe start(String name, String... settings) {
    return start(name, Shared.kafka(), Shared.freshDatabase(name), settings);
  }

  public static Probe start(
      String name, KafkaBroker kafka, Shared.Database database, String... settings) {
    List<String> arguments = new ArrayList<>(List.of(settings));
    arguments.add("--spring.application.name=" + name);
    arguments.add("--FAIRLEAD_KAFKA=" + kafka.bootstrapServers());
    arguments.add("--FAIRLEAD_DB_URL=" + database.jdbcUrl());
    arguments.add("--FAIRLEAD_DB_USER=" + database.user());
    arguments.add("--FAIRLEAD_DB_PASSWORD=" + database.password());
    arguments.add("--fairlead.security.tokens-file=" + tokensFile());
    return new Probe(
        name,
        new SpringApplicationBuilder(ProbeService.class).run(arguments.toArray(String[]::new)));
  }

  /** Everyone's token is their name with {@code -token} behind it. */
  private static Path tokensFile() {
    try {
      Path file = Files.createTempFile("tokens", ".yaml");
      file.toFile().deleteOnExit();
      return Files.writeString(
          file,
          "tokens:\n"
              + token("vera", "viewer")
              + token("dora", "deployer")
              + token("april", "approver")
              + token("oskar", "on-call")
              + token("ada", "admin"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String token(String who, String role) {
    return "  - {name: %s, roles: [%s], sha256: %s}\n".formatted(who, role, sha256(who + "-token"));
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public String name() {
    return name;
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public JdbcClient database() {
    return bean(JdbcClient.class);
  }

  /** How often facts about the subject had an effect. */
  public int effectsOn(String subject) {
    return database()
        .sql("select count(*) from ledger where subject = ?")
        .param(subject)
        .query(Integer.class)
        .single();
  }

  /** The ids of the facts that had an effect on the subject, in their order. */
  public List<String> eventsOf(String subject) {
    return database()
        .sql("select event from ledger where subject = ? order by entry")
        .param(subject)
        .query(String.class)
        .list();
  }

  /** The answer to a request of {@code who}, or of nobody. */
  public HttpResponse<String> send(
      String method, String path, @Nullable String who, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json");
    if (who != null) {
      request.header("Authorization", "Bearer " + who + "-token");
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String port() {
    String port = context.getEnvironment().getProperty("local.server.port");
    if (port == null) {
      throw new IllegalStateException("the web server has no port");
    }
    return port;
  }

  @Override
  public void close() {
    context.close();
    http.close();
  }
}
