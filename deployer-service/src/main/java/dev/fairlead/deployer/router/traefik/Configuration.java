package dev.fairlead.deployer.router.traefik;

import dev.fairlead.deployer.router.BookedRoute;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.events.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * The dynamic configuration (Traefik 3, "Routing configuration: file provider"). Pure. A route
 * shares its requests among releases, a release among its instances: so a visitor's cookie names a
 * release.
 */
final class Configuration {

  /** None is kept in reserve: then each connection to an instance is a request in flight. */
  private static final Map<String, Object> TRANSPORT =
      inOrder("maxIdleConnsPerHost", -1, "forwardingTimeouts", inOrder("dialTimeout", "2s"));

  private static final int HOST_COMES_FIRST = 10_000;

  private Configuration() {}

  /** Of one service: what it leads to, with which weights. */
  record Shares(Map<String, Integer> weights) {}

  static String render(List<BookedRoute> routes) {
    Map<String, Object> routers = new LinkedHashMap<>();
    Map<String, Object> services = new LinkedHashMap<>();
    for (BookedRoute route : routes) {
      routers.put(service(route.spec()), router(route.spec()));
      addServices(route.spec(), services);
    }
    Map<String, Object> http = new LinkedHashMap<>();
    if (!routers.isEmpty()) {
      http.put("routers", routers);
      http.put("services", services);
    }
    http.put("serversTransports", inOrder("fairlead", TRANSPORT));
    DumperOptions block = new DumperOptions();
    block.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return "# Written by Fairlead; changes are lost.\n"
        + new Yaml(block).dump(inOrder("http", http));
  }

  private static Map<String, Object> router(RouteSpec spec) {
    return inOrder(
        "rule",
        rule(spec.match()),
        "service",
        service(spec),
        "priority",
        (spec.match().host().isEmpty() ? 1 : HOST_COMES_FIRST)
            + spec.match().pathPrefix().length());
  }

  private static String rule(RouteSpec.Match match) {
    String prefix = match.pathPrefix();
    String path =
        prefix.endsWith("/")
            ? "PathPrefix(`%s`)".formatted(prefix)
            : "(Path(`%s`) || PathPrefix(`%s/`))".formatted(prefix, prefix);
    return match.host().isEmpty() ? path : "Host(`%s`) && %s".formatted(match.host(), path);
  }

  private static void addServices(RouteSpec spec, Map<String, Object> services) {
    Map<String, Object> weighted = weighted(releases(spec));
    spec.stickyCookie()
        .ifPresent(
            cookie ->
                weighted.put(
                    "sticky",
                    inOrder(
                        "cookie", inOrder("name", cookie, "httpOnly", true, "sameSite", "lax"))));
    services.put(
        service(spec),
        spec.backends().isEmpty()
            ? inOrder("loadBalancer", inOrder("servers", List.of()))
            : inOrder("weighted", weighted));
    for (Version release :
        spec.backends().stream().map(RouteSpec.Backend::release).distinct().toList()) {
      services.put(service(spec, release), inOrder("weighted", weighted(instances(spec, release))));
    }
    for (RouteSpec.Backend backend : spec.backends()) {
      services.put(
          service(spec, backend),
          inOrder(
              "loadBalancer",
              inOrder(
                  "servers",
                  List.of(inOrder("url", url(backend))),
                  "serversTransport",
                  "fairlead")));
    }
  }

  private static Map<String, Object> weighted(Shares shares) {
    List<Map<String, Object>> services = new ArrayList<>();
    shares
        .weights()
        .forEach((name, weight) -> services.add(inOrder("name", name, "weight", weight)));
    return inOrder("services", services);
  }

  /** Keys and values; in this order, so that the same routes always give the same text. */
  private static Map<String, Object> inOrder(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /** What the service of the route leads to. */
  static Shares releases(RouteSpec spec) {
    Map<String, Integer> weights = new LinkedHashMap<>();
    spec.backends()
        .forEach(one -> weights.merge(service(spec, one.release()), one.weight(), Integer::sum));
    return new Shares(weights);
  }

  /** What the service of a release leads to. */
  static Shares instances(RouteSpec spec, Version release) {
    Map<String, Integer> weights = new LinkedHashMap<>();
    spec.backends().stream()
        .filter(one -> one.release().equals(release))
        .forEach(one -> weights.put(service(spec, one), one.weight()));
    return new Shares(weights);
  }

  static String service(RouteSpec spec) {
    return "fairlead-" + spec.name();
  }

  static String service(RouteSpec spec, Version release) {
    return service(spec) + "-release-" + release.value().replaceAll("[^A-Za-z0-9.-]", "_");
  }

  static String service(RouteSpec spec, RouteSpec.Backend backend) {
    return service(spec) + "-instance-" + backend.instance();
  }

  static String url(RouteSpec.Backend backend) {
    return "http://" + backend.address();
  }
}
