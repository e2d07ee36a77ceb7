package dev.fairlead.service.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.service.probe.Probe;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@DisplayName("The answer to")
class ProblemResponsesTest {

  private static Probe probe;

  @BeforeAll
  static void start() {
    probe = Probe.start("problems");
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  @Test
  @DisplayName("invalid values lists all of them")
  void invalid() {
    JsonNode problem = problem(400, "POST", "/counters", "{\"name\":\" \",\"start\":11}");
    assertThat(problem.get("code").asString()).isEqualTo("invalid-request");
    assertThat(problem.get("detail").asString()).isEqualTo("2 values are not valid");
    assertThat(problem.get("errors").toString())
        .isEqualTo(
            "[{\"field\":\"name\",\"message\":\"must not be blank\"},"
                + "{\"field\":\"start\",\"message\":\"must be less than or equal to 10\"}]");
  }

  @Test
  @DisplayName("an invalid parameter names it")
  void parameter() {
    assertThat(problem(400, "GET", "/counters?limit=1000", null).get("errors").toString())
        .contains("limit", "100");
    assertThat(problem(400, "GET", "/counters?limit=many", null).get("errors").toString())
        .isEqualTo("[{\"field\":\"limit\",\"message\":\"many is no int\"}]");
  }

  @Test
  @DisplayName("a value that breaks its type's rule repeats the rule")
  void rule() {
    JsonNode problem =
        problem(400, "POST", "/counters", "{\"name\":\"a\",\"start\":0,\"key\":\"hunter2\"}");
    assertThat(problem.get("code").asString()).isEqualTo("unreadable-body");
    assertThat(problem.get("detail").asString()).startsWith("key: ").contains("secret:file:/path");
  }

  @Test
  @DisplayName("a body that is no JSON, or none, says so")
  void unreadable() {
    assertThat(problem(400, "POST", "/counters", "{").get("code").asString())
        .isEqualTo("unreadable-body");
    assertThat(problem(400, "POST", "/counters", null).get("detail").asString())
        .contains("missing");
  }

  @Test
  @DisplayName("a refusal has its status, code, detail and advice")
  void refusal() {
    JsonNode problem = problem(409, "POST", "/counters", "{\"name\":\"a\",\"start\":0}");
    assertThat(problem.get("type").asString()).isEqualTo("urn:fairlead:problem:counter-exists");
    assertThat(problem.get("title").asString()).isEqualTo("counter exists");
    assertThat(problem.get("detail").asString()).isEqualTo("counter a exists since Monday");
    assertThat(problem.get("advice").asString()).isEqualTo("choose another name");
    assertThat(problem.get("instance").asString()).isEqualTo("/counters");
  }

  @Test
  @DisplayName("an unknown path and a wrong method is a problem document too")
  void unknown() {
    assertThat(problem(404, "GET", "/nowhere", null).get("detail").asString()).contains("nowhere");
    assertThat(problem(405, "DELETE", "/counters", null).get("detail").asString())
        .contains("DELETE");
  }

  @Test
  @DisplayName("a fault of ours is a number to look for, without the reason")
  void fault() {
    JsonNode problem = problem(500, "POST", "/failures?reference=secret:env:PATH", "");
    assertThat(problem.get("advice").asString()).startsWith("look for ");
    assertThat(problem.toString()).doesNotContain("cannot log in");
  }

  private static JsonNode problem(int status, String method, String path, @Nullable String body) {
    HttpResponse<String> answer = probe.send(method, path, "dora", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    return new JsonMapper().readTree(answer.body());
  }
}
