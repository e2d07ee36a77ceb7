package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTest {
  @TempDir Path folder;
  private Rig rig;
  private App one;
  private App two;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(folder, "STOP_SECONDS=1");
    one = rig.app("one");
    two = rig.app("two");
    rig.route(Rig.definition(5, "", List.of(Rig.instance(one, 100))));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void refusesAnOlderFenceAndTakesTheSameAgain() throws Exception {
    HttpResponse<String> older = rig.put("orders", of(4, two));
    assertThat(older.statusCode()).isEqualTo(409);
    assertThat(older.body()).contains("fence of route orders must be at least 5, but was 4");
    assertThat(rig.get("/").body()).isEqualTo("one");
    assertThat(rig.put("orders", of(5, two)).statusCode()).isEqualTo(200);
    assertThat(rig.get("/").body()).isEqualTo("two");
    assertThat(rig.admin("POST", "/routes/orders/hold", "{\"fence\":4}").statusCode())
        .isEqualTo(409);
    assertThat(rig.admin("DELETE", "/routes/orders", "{\"fence\":4}").statusCode()).isEqualTo(409);
    assertThat(rig.get("/").body()).isEqualTo("two");
  }

  @Test
  void keepsTheOldSetWhileANewcomerIsNotHealthy() throws Exception {
    two.healthStatus = 500;
    String checked =
        Rig.definition(
            6,
            "\"healthCheck\":{\"path\":\"/health\",\"timeoutMillis\":1000},",
            List.of(Rig.instance(two, 100)));
    HttpResponse<String> refused = rig.put("orders", checked);
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("instance two is not healthy", "/health", "answered 500");
    assertThat(rig.get("/").body()).isEqualTo("one");
    assertThat(rig.status().path("fence").asInt()).isEqualTo(5);
    two.healthStatus = 200;
    assertThat(rig.put("orders", checked).statusCode()).isEqualTo(200);
    assertThat(rig.get("/").body()).isEqualTo("two");
  }

  @Test
  void probesOnlyNewcomers() throws Exception {
    one.healthStatus = 500;
    String checked =
        Rig.definition(
            6,
            "\"healthCheck\":{\"path\":\"/health\",\"timeoutMillis\":300},",
            List.of(Rig.instance(one, 50), Rig.instance(two, 50)));
    assertThat(rig.put("orders", checked).statusCode()).isEqualTo(200);
  }

  @Test
  void namesEveryWrongFieldAndChangesNothing() throws Exception {
    String before = rig.admin("GET", "/routes", "").body();
    byte[] savedBefore = Files.readAllBytes(folder.resolve("edge/routes.json"));
    HttpResponse<String> refused =
        rig.put(
            "orders",
            """
            {"fence":"six","match":{"host":"a b","pathPrefix":"x"},"drainMillis":-1,
             "healthCheck":{"path":"health"},
             "instances":[{"id":"a b","address":"127.0.0.1:1"},
                          {"id":"b","address":"nowhere"},
                          {"id":"c","address":"127.0.0.1:99999","weight":5000},
                          {"address":7}]}
            """);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(refused.body())
        .contains("\"field\":\"fence\"", "\"field\":\"match\"", "\"field\":\"drainMillis\"")
        .contains("\"field\":\"healthCheck\"", "\"field\":\"instances[0]\"")
        .contains("\"field\":\"instances[1].address\"", "must be host:port, but was 'nowhere'")
        .contains("\"field\":\"instances[2].address\"", "\"field\":\"instances[2].weight\"")
        .contains("must have the text field id");
    for (String bad : List.of("", "[]", "{", "{\"fence\":1e99}", "null", "{\"fence\":6}")) {
      assertThat(rig.put("orders", bad).statusCode()).as(bad).isEqualTo(400);
    }
    assertThat(rig.put("orders", twice(6)).body()).contains("'one' occurs twice");
    assertThat(rig.put("or%20ders", of(6, one)).statusCode()).isEqualTo(400);
    assertThat(rig.put("orders", " ".repeat(2_000_000)).statusCode()).isEqualTo(413);
    assertThat(rig.admin("GET", "/routes", "").body()).isEqualTo(before);
    assertThat(folder.resolve("edge/routes.json")).hasBinaryContent(savedBefore);
  }

  @Test
  void refusesAMatchThatAnotherRouteHas() throws Exception {
    HttpResponse<String> refused = rig.put("another", of(1, two));
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("match */ is taken by route orders");
    assertThat(rig.admin("GET", "/routes/another", "").statusCode()).isEqualTo(404);
  }

  @Test
  void answersOnlyToTheTokenExceptForHealth() throws Exception {
    for (String path : List.of("/routes", "/routes/orders", "/metrics", "/anything")) {
      assertThat(anonymously(path, "").statusCode()).isEqualTo(401);
      assertThat(anonymously(path, "Bearer " + Rig.TOKEN + "x").statusCode()).isEqualTo(401);
    }
    assertThat(anonymously("/health", "").body()).isEqualTo("{\"status\":\"up\"}");
    assertThat(rig.admin("GET", "/anything", "").statusCode()).isEqualTo(404);
    assertThat(rig.admin("PATCH", "/routes/orders", "").statusCode()).isEqualTo(404);
    assertThat(rig.admin("POST", "/routes/nothing/hold", "").statusCode()).isEqualTo(404);
  }

  @Test
  void countsRequestsErrorsAndLatenciesPerInstance() throws Exception {
    rig.route(Rig.definition(6, "", List.of(Rig.instance(one, 100), Rig.instance(two, 100))));
    two.status = 500;
    int failed = 0;
    for (int i = 0; i < 40; i++) {
      failed += rig.get("/").statusCode() == 500 ? 1 : 0;
    }
    assertThat(failed).isBetween(1, 39);
    assertThat(rig.status(one).path("requests").asInt()).isEqualTo(40 - failed);
    assertThat(rig.status(one).path("errors").asInt()).isZero();
    assertThat(rig.status(two).path("requests").asInt()).isEqualTo(failed);
    assertThat(rig.status(two).path("errors").asInt()).isEqualTo(failed);
    assertThat(rig.status(two).path("latencyMillis").path("p95").asDouble()).isPositive();
    assertThat(rig.admin("GET", "/metrics", "").body())
        .contains(
            "fairlead_edge_instance_requests_total{route=\"orders\",instance=\"two\","
                + "release=\"two\",state=\"serving\"} %d\n".formatted(failed))
        .contains("# TYPE fairlead_edge_instance_errors_total counter\n");
  }

  @Test
  void isBackWithAllRoutesAndHoldsAfterARestart() throws Exception {
    rig.admin("POST", "/routes/orders/hold", "{\"maxMillis\":200}");
    rig.restart();
    assertThat(rig.status().path("held").asBoolean()).isTrue();
    assertThat(rig.get("/").statusCode()).isEqualTo(503);
    rig.admin("POST", "/routes/orders/release", "");
    assertThat(rig.get("/").body()).isEqualTo("one");
    assertThat(rig.put("orders", of(4, two)).statusCode()).isEqualTo(409);
    rig.admin("DELETE", "/routes/orders", "");
    rig.restart();
    assertThat(rig.admin("GET", "/routes", "").body()).isEqualTo("[]");
  }

  @Test
  void setsAnUnreadableStateFileAsideAndStarts() throws Exception {
    Files.writeString(folder.resolve("edge/routes.json"), "{\"routes\":[{\"name\":");
    rig.restart();
    assertThat(rig.admin("GET", "/routes", "").body()).isEqualTo("[]");
    try (var files = Files.list(folder.resolve("edge"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.startsWith("routes.json.unreadable-"));
    }
  }

  private static String of(long fence, App app) {
    return Rig.definition(fence, "", List.of(Rig.instance(app, 100)));
  }

  private String twice(long fence) {
    return Rig.definition(fence, "", List.of(Rig.instance(one, 1), Rig.instance(one, 1)));
  }

  private HttpResponse<String> anonymously(String path, String authorization) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + rig.adminPort() + path))
            .header("Authorization", authorization)
            .build();
    return rig.http.send(request, BodyHandlers.ofString());
  }
}
