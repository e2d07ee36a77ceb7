package dev.fairlead.cli.demo;

import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import dev.fairlead.cli.stack.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** The running suite, as the story's people and its observer see it. */
final class Suite {

  static final String APPLICATION = "orders";

  private static final Duration GLANCE = Duration.ofMillis(100);

  private final LocalStack stack;

  Suite(LocalStack stack) {
    this.stack = stack;
  }

  /** The service as one of the local identities sees it: admin, deployer, approver, viewer. */
  ServiceClient as(String identity, Service service) {
    return stack.client(service, identity);
  }

  URI edge() {
    return URI.create("http://127.0.0.1:" + stack.ports().edgeTraffic());
  }

  static String host(String environment) {
    return "%s.%s.localhost".formatted(APPLICATION, environment);
  }

  void apply(Path manifest) throws IOException {
    as("deployer", Service.DEPLOYER)
        .post(
            "/applications",
            Json.object(
                "manifest", Files.readString(manifest),
                "directory", String.valueOf(manifest.toAbsolutePath().getParent())));
  }

  /** Answers with the deployment's id. */
  String deploy(String identity, String environment, String version, List<String> decisions) {
    return as(identity, Service.DEPLOYER)
        .post(
            "/deployments",
            Json.object(
                "application", APPLICATION,
                "environment", environment,
                "version", version,
                "decisions", Json.list(decisions)))
        .text("deployment");
  }

  Json deployment(String id) {
    return as("viewer", Service.DEPLOYER).get("/deployments/" + id);
  }

  /**
   * Waits until the deployment is in that state.
   *
   * @throws NotObserved as soon as it has ended in another one, or after {@code patience}
   */
  Json awaitState(String id, String state, Duration patience)
      throws NotObserved, InterruptedException {
    Json seen =
        await(
            "the deployment's end",
            patience,
            () -> deployment(id),
            now -> now.text("state").equals(state) || now.find("endedAt").isPresent());
    if (seen.text("state").equals(state)) {
      return seen;
    }
    throw new NotObserved(
        "expected %s, but it is %s: %s"
            .formatted(state, seen.text("state"), seen.find("reason").orElse("no reason given")));
  }

  /**
   * Looks again and again until {@code enough} is satisfied.
   *
   * @throws NotObserved after {@code patience}, with what was seen last
   */
  <T> T await(String what, Duration patience, Callable<T> look, Predicate<T> enough)
      throws NotObserved, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    String last = "nothing";
    while (System.nanoTime() < end) {
      try {
        T seen = look.call();
        if (enough.test(seen)) {
          return seen;
        }
        last = String.valueOf(seen);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) { // a service may be away for a moment: that is part of the story
        last = e instanceof Failure failure ? failure.getMessage() : e.toString();
      }
      Thread.sleep(GLANCE);
    }
    throw new NotObserved(
        "%s was not seen within %d s; last: %s".formatted(what, patience.toSeconds(), last));
  }

  /** The version that answers at the environment's route right now. */
  String servedVersion(String environment) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(edge().resolve("/version"))
              .header("Host", host(environment))
              .timeout(Duration.ofSeconds(5))
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200
          ? Json.parse(answer.body()).text("version")
          : "none (status %d)".formatted(answer.statusCode());
    }
  }

  void awaitServed(String environment, String version, Duration patience)
      throws NotObserved, InterruptedException {
    await(
        "version %s at %s".formatted(version, host(environment)),
        patience,
        () -> servedVersion(environment),
        version::equals);
  }

  /** Everything that mail, Slack and PagerDuty have received. */
  Json received() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI listing = URI.create("http://127.0.0.1:%d/received".formatted(stack.ports().received()));
      HttpRequest request = HttpRequest.newBuilder(listing).build();
      return Json.parse(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
  }

  /** The application's own database and role; the manifest names both. */
  void createDatabase(String environment) {
    stack.postgres().createRole(APPLICATION, stack.secrets().named("orders-database"));
    stack.postgres().createDatabase(databaseOf(environment), APPLICATION);
  }

  /** What was ordered, as the database itself says. */
  Set<String> storedOrders(String environment) throws SQLException {
    try (Connection connection = stack.postgres().connect(databaseOf(environment));
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT item FROM orders")) {
      Set<String> items = new HashSet<>();
      while (rows.next()) {
        items.add(rows.getString(1));
      }
      return items;
    }
  }

  private static String databaseOf(String environment) {
    return APPLICATION + "_" + environment;
  }
}
