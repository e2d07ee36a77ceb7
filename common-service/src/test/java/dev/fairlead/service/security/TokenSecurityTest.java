package dev.fairlead.service.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.service.probe.Probe;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A request")
class TokenSecurityTest {

  private static Probe probe;

  @BeforeAll
  static void start() {
    probe = Probe.start("guarded");
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  @ParameterizedTest(name = "of {0} to {1} is answered with {2}")
  @CsvSource(
      textBlock =
          """
          vera,  GET  /counters,                  200
          vera,  POST /counters/a/increments,     403
          vera,  POST /counters/a/approval,       403
          vera,  POST /counters/a/silence,        403
          vera,  POST /counters/a/reset,          403
          dora,  GET  /counters,                  200
          dora,  POST /counters/a/increments,     200
          dora,  POST /counters/a/approval,       403
          dora,  POST /counters/a/silence,        403
          dora,  POST /counters/a/reset,          403
          april, GET  /counters,                  200
          april, POST /counters/a/increments,     403
          april, POST /counters/a/approval,       200
          april, POST /counters/a/silence,        403
          april, POST /counters/a/reset,          403
          oskar, GET  /counters,                  200
          oskar, POST /counters/a/increments,     403
          oskar, POST /counters/a/approval,       403
          oskar, POST /counters/a/silence,        200
          oskar, POST /counters/a/reset,          403
          ada,   GET  /counters,                  200
          ada,   POST /counters/a/increments,     200
          ada,   POST /counters/a/approval,       200
          ada,   POST /counters/a/silence,        200
          ada,   POST /counters/a/reset,          200
          ada,   GET  /actuator/prometheus,       200
          ada,   GET  /actuator/env,              404
          """)
  void byRole(String who, String request, int status) {
    assertThat(send(request, who).statusCode()).isEqualTo(status);
  }

  @ParameterizedTest(name = "{0} without a valid token is 401, whatever is there")
  @ValueSource(
      strings = {
        "GET /counters",
        "POST /counters/a/increments",
        "GET /actuator",
        "GET /actuator/prometheus",
        "GET /actuator/health/db",
        "POST /actuator/health",
        "GET /nowhere",
        "GET /error",
        "DELETE /",
        "OPTIONS /counters"
      })
  void unauthorized(String request) {
    for (String who : new String[] {"nobody", "", "vera-token"}) {
      HttpResponse<String> answer = send(request, who);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("\"code\":\"unauthorized\"", "\"advice\":");
      assertThat(answer.headers().firstValue("WWW-Authenticate"))
          .hasValueSatisfying(challenge -> assertThat(challenge).startsWith("Bearer"));
    }
    assertThat(send(request, null).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest(name = "GET {0} needs no token")
  @ValueSource(
      strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
  void health(String path) {
    HttpResponse<String> answer = send("GET " + path, null);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("UP").doesNotContain("components");
  }

  @Test
  @DisplayName("that is refused for its roles says so as a problem document")
  void forbidden() {
    HttpResponse<String> answer = send("POST /counters/a/reset", "vera");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body())
        .contains("\"status\":403", "\"code\":\"forbidden\"", "\"type\":\"urn:fairlead:problem");
  }

  @Test
  @DisplayName("is answered with headers that keep a browser from running, framing or guessing it")
  void headers() {
    HttpResponse<String> answer = send("GET /counters", "vera");
    assertThat(answer.headers().map())
        .containsKeys("X-Content-Type-Options", "X-Frame-Options", "Content-Security-Policy")
        .doesNotContainKey("Set-Cookie");
    assertThat(answer.headers().firstValue("Cache-Control"))
        .hasValueSatisfying(cache -> assertThat(cache).contains("no-store"));
  }

  private static HttpResponse<String> send(String request, @Nullable String who) {
    String[] words = request.split("\\s+");
    return probe.send(words[0], words[1], who, null);
  }
}
