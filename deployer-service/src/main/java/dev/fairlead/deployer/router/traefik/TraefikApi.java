package dev.fairlead.deployer.router.traefik;

import dev.fairlead.deployer.http.Http;
import dev.fairlead.deployer.router.RouterFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Traefik's API, read only: {@code GET /api/http/services/{name}@file}. */
final class TraefikApi {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(200);

  private final URI api;
  private final Duration patience;
  private final Http http = new Http();

  TraefikApi(URI api, Duration patience) {
    this.api = api;
    this.patience = patience;
  }

  /** What a service leads to; nothing if Traefik does not have it. */
  Optional<Configuration.Shares> shares(String service) throws InterruptedException {
    return find("/api/http/services/%s@file".formatted(service)).map(TraefikApi::shares);
  }

  /** Where the service of an instance leads to; nothing if Traefik does not have it. */
  Optional<String> url(String service) throws InterruptedException {
    return find("/api/http/services/%s@file".formatted(service))
        .map(node -> node.path("loadBalancer").path("servers").path(0).path("url").asString(""));
  }

  String version() throws IOException, InterruptedException {
    Http.Answer answer = get("/api/version");
    if (!answer.successful()) {
      throw new IOException("GET /api/version answered " + answer.status());
    }
    return JSON.readTree(answer.body()).path("Version").asString("of unknown version");
  }

  private static Configuration.Shares shares(JsonNode node) {
    Map<String, Integer> weights = new LinkedHashMap<>();
    for (JsonNode one : node.path("weighted").path("services")) {
      weights.put(one.path("name").asString("").replace("@file", ""), one.path("weight").asInt(1));
    }
    return new Configuration.Shares(weights);
  }

  private Optional<JsonNode> find(String path) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        Http.Answer answer = get(path);
        if (answer.status() == 404) {
          return Optional.empty();
        }
        if (answer.successful()) {
          return Optional.of(JSON.readTree(answer.body()));
        }
        throw new IOException("GET %s answered %d".formatted(path, answer.status()));
      } catch (IOException | JacksonException e) {
        if (System.nanoTime() >= deadline) {
          throw new RouterFailure(
              "traefik's API at %s does not answer for %d s: %s; start it with the API on, or correct the setting traefik.api"
                  .formatted(api, patience.toSeconds(), e.getMessage()),
              e);
        }
      }
      Thread.sleep(RETRY);
    }
  }

  private Http.Answer get(String path) throws IOException, InterruptedException {
    return http.exchange(HttpRequest.newBuilder(api.resolve(path)).build(), ANSWER);
  }
}
