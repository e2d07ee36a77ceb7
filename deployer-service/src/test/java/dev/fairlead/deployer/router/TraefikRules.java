package dev.fairlead.deployer.router;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/**
 * What Traefik documents of routers and services in a dynamic configuration, as far as Fairlead
 * writes it: rules of Host, Path and PathPrefix, priorities, weighted services one in another,
 * sticky cookies, one server a load balancer. The file is read for each request.
 */
final class TraefikRules {

  private static final Pattern TERM = Pattern.compile("(Host|Path|PathPrefix)\\(`([^`]*)`\\)");

  private final Path file;

  /** Of weighted round robin, by service. */
  private final Map<String, Integer> turns = new HashMap<>();

  TraefikRules(Path file) {
    this.file = file;
  }

  /**
   * @param cookie to be set with the answer
   */
  record Chosen(URI server, Optional<String> cookie) {}

  /** Empty where no router takes the request, or no server is left for it. */
  synchronized Optional<Chosen> choose(String host, String path, String cookies)
      throws IOException {
    Map<String, Object> http = section(read(), "http");
    Map<String, Object> services = section(http, "services");
    return router(http, host, path)
        .flatMap(router -> server(services, String.valueOf(router.get("service")), cookies));
  }

  /** Then one for which no server is left is answered with 503, else with 404. */
  boolean isTaken(String host, String path) throws IOException {
    return router(section(read(), "http"), host, path).isPresent();
  }

  private static Optional<Map<String, Object>> router(
      Map<String, Object> http, String host, String path) {
    return section(http, "routers").values().stream()
        .map(TraefikRules::map)
        .filter(router -> takes(String.valueOf(router.get("rule")), host, path))
        .max(Comparator.comparing(router -> (Integer) router.get("priority")));
  }

  private Map<String, Object> read() throws IOException {
    try {
      return map(new Yaml().load(Files.readString(file)));
    } catch (NoSuchFileException nothingYet) {
      return Map.of();
    }
  }

  private static boolean takes(String rule, String host, String path) {
    return Arrays.stream(rule.split(" && "))
        .allMatch(
            part ->
                TERM.matcher(part)
                    .results()
                    .anyMatch(term -> takes(term.group(1), term.group(2), host, path)));
  }

  private static boolean takes(String kind, String wanted, String host, String path) {
    return switch (kind) {
      case "Host" -> host.equalsIgnoreCase(wanted);
      case "Path" -> path.equals(wanted);
      default -> path.startsWith(wanted);
    };
  }

  private Optional<Chosen> server(Map<String, Object> services, String name, String cookies) {
    Map<String, Object> service = map(services.get(name));
    if (!service.containsKey("weighted")) {
      List<?> servers =
          (List<?>) section(service, "loadBalancer").getOrDefault("servers", List.of());
      return servers.stream()
          .findFirst()
          .map(
              one -> new Chosen(URI.create(String.valueOf(map(one).get("url"))), Optional.empty()));
    }
    Map<String, Object> weighted = section(service, "weighted");
    Map<String, Object> cookie = section(section(weighted, "sticky"), "cookie");
    List<Map<String, Object>> parts =
        ((List<?>) weighted.getOrDefault("services", List.of()))
            .stream().map(TraefikRules::map).toList();
    Optional<String> kept = kept(cookie, cookies, parts);
    String next = kept.orElseGet(() -> turn(name, parts));
    Optional<Chosen> found = server(services, next, cookies);
    return cookie.isEmpty() || kept.isPresent()
        ? found
        : found.map(
            one ->
                new Chosen(
                    one.server(),
                    Optional.of(
                        "%s=%s; Path=/; HttpOnly; SameSite=Lax"
                            .formatted(cookie.get("name"), next))));
  }

  private static Optional<String> kept(
      Map<String, Object> cookie, String cookies, List<Map<String, Object>> parts) {
    Matcher value =
        Pattern.compile(cookie.get("name") + "=([^; ]*)").matcher(cookie.isEmpty() ? "" : cookies);
    return value.find()
        ? parts.stream()
            .map(part -> String.valueOf(part.get("name")))
            .filter(value.group(1)::equals)
            .findFirst()
        : Optional.empty();
  }

  /** Weight by weight, in turn. */
  private String turn(String name, List<Map<String, Object>> parts) {
    int all = parts.stream().mapToInt(TraefikRules::weight).sum();
    int turn = turns.merge(name, 1, Integer::sum) * 7 % Math.max(1, all);
    for (Map<String, Object> part : parts) {
      turn -= weight(part);
      if (turn < 0) {
        return String.valueOf(part.get("name"));
      }
    }
    return String.valueOf(parts.getFirst().get("name"));
  }

  private static int weight(Map<String, Object> part) {
    return (Integer) part.getOrDefault("weight", 1);
  }

  private static Map<String, Object> section(Map<String, Object> map, String name) {
    return map(map.get(name));
  }

  @SuppressWarnings("unchecked") // keys of YAML that Fairlead writes are text
  private static Map<String, Object> map(@Nullable Object value) {
    return value instanceof Map<?, ?> found ? (Map<String, Object>) found : Map.of();
  }
}
