package dev.fairlead.deployer.manifest;

import dev.fairlead.deployer.DeployerSettings;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Probe;
import dev.fairlead.service.problem.Refusal;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;

/**
 * Where clients reach the routers: scheme and port; the host is that of each route. Only the
 * operator knows, and probes of a wrong port would condemn good releases.
 */
record Entrances(Map<RouterKind, URI> known) {

  /**
   * @throws IllegalArgumentException for an address that no client could ask
   */
  Entrances {
    known.forEach(Entrances::requireAddress);
    known = Map.copyOf(known);
  }

  static Entrances of(DeployerSettings settings) {
    Map<RouterKind, URI> known = new EnumMap<>(RouterKind.class);
    known.put(RouterKind.EDGE, settings.edge().traffic());
    if (settings.haproxy() != null && settings.haproxy().traffic() != null) {
      known.put(RouterKind.HAPROXY, settings.haproxy().traffic());
    }
    if (settings.nginx() != null && settings.nginx().traffic() != null) {
      known.put(RouterKind.NGINX, settings.nginx().traffic());
    }
    if (settings.traefik() != null && settings.traefik().traffic() != null) {
      known.put(RouterKind.TRAEFIK, settings.traefik().traffic());
    }
    return new Entrances(known);
  }

  private static void requireAddress(RouterKind router, URI traffic) {
    if (!String.valueOf(traffic.getScheme()).matches("https?") || traffic.getHost() == null) {
      throw new IllegalArgumentException(
          "%s is %s; expected an address such as http://127.0.0.1:80"
              .formatted(setting(router), traffic));
    }
  }

  private static String setting(RouterKind router) {
    return "fairlead.deployer.%s.traffic".formatted(router.word());
  }

  /**
   * Before anybody is told to probe.
   *
   * @throws Refusal naming the probes that could be sent nowhere
   */
  void requireKnown(Manifest manifest) {
    for (EnvironmentSpec spec : manifest.environments()) {
      RouterKind router = spec.route().kind();
      String lost =
          spec.probes().stream()
              .filter(Probe::belowRoute)
              .map(Probe::key)
              .collect(Collectors.joining(", "));
      if (!lost.isEmpty() && !known.containsKey(router)) {
        throw new Refusal(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "unknown-entrance",
            "probes of %s have a path (%s), and where clients reach %s is not known"
                .formatted(spec.place(), lost, router.word()),
            "set %s, such as http://127.0.0.1:80, or give each of these probes a url"
                .formatted(setting(router)));
      }
    }
  }

  /** {@code http://orders.example.org:8080}, without a port where the setting has none. */
  String origin(EnvironmentSpec.Route route) {
    URI traffic = known.get(route.kind());
    if (traffic == null) {
      throw new IllegalStateException("nobody knows where clients reach " + route.kind().word());
    }
    String port = traffic.getPort() < 0 ? "" : ":" + traffic.getPort();
    return "%s://%s%s".formatted(traffic.getScheme(), route.host(), port);
  }
}
