package dev.fairlead.deployer.router;

import dev.fairlead.deployer.http.Http;
import dev.fairlead.deployer.runtime.Reachability;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests to the edge proxy's admin API. All of them may be repeated, so a restart is waited out.
 */
final class EdgeAdmin {

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final Duration PROBE = Duration.ofSeconds(3);
  private static final int STARTING = 503;

  private final URI address;
  private final Supplier<String> token;
  private final Duration patience;
  private final Http http = new Http();

  EdgeAdmin(URI address, Supplier<String> token, Duration patience) {
    this.address = address;
    this.token = token;
    this.patience = patience;
  }

  /** The first answer that is not "I am starting". */
  Http.Answer exchange(String method, String path, Optional<?> body, Duration timeout)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    HttpRequest request = request(method, path, body);
    while (true) {
      String failure;
      try {
        Http.Answer answer = http.exchange(request, timeout);
        if (answer.status() != STARTING) {
          return answer;
        }
        failure = "it answered " + STARTING;
      } catch (IOException e) {
        failure = String.valueOf(e.getMessage());
      }
      if (System.nanoTime() >= deadline) {
        throw new RouterFailure(
            "the edge proxy at %s did not answer %s %s for %d s: %s; start it, or correct the address"
                .formatted(address, method, path, patience.toSeconds(), failure));
      }
      Thread.sleep(RETRY);
    }
  }

  Reachability reachability() {
    try {
      Http.Answer answer = http.exchange(request("GET", "/routes", Optional.empty()), PROBE);
      if (answer.successful()) {
        return new Reachability.Reachable("edge proxy at " + address);
      }
      return new Reachability.Unreachable(refusal(answer, "list its routes"));
    } catch (IOException e) {
      return new Reachability.Unreachable(
          "the edge proxy at %s does not answer: %s; start it, or correct the address"
              .formatted(address, e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reachability.Unreachable("asking the edge proxy was interrupted");
    }
  }

  static void requireSuccess(Http.Answer answer, String intent) {
    if (!answer.successful()) {
      throw new RouterFailure(refusal(answer, intent));
    }
  }

  static <T> T read(Http.Answer answer, Class<T> type) {
    try {
      return JSON.readValue(answer.body(), type);
    } catch (JacksonException e) {
      throw new RouterFailure(
          "the edge proxy's answer is not understood; is it of another version?", e);
    }
  }

  /** The reason in a problem document, or whatever else was answered. */
  static String detail(Http.Answer answer) {
    try {
      JsonNode problem = JSON.readTree(answer.body());
      String detail = problem.path("detail").asString("");
      return detail.isEmpty() ? answer.body() : detail;
    } catch (JacksonException e) {
      return answer.body();
    }
  }

  private static String refusal(Http.Answer answer, String intent) {
    return switch (answer.status()) {
      case 401, 403 ->
          "the edge proxy refused the deployer's token; both must be given the same one";
      default ->
          "the edge proxy refused to %s: %d %s".formatted(intent, answer.status(), detail(answer));
    };
  }

  private HttpRequest request(String method, String path, Optional<?> body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path))
            .header("Authorization", "Bearer " + token.get())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json");
    return request
        .method(
            method,
            body.map(JSON::writeValueAsBytes)
                .map(BodyPublishers::ofByteArray)
                .orElseGet(BodyPublishers::noBody))
        .build();
  }
}
