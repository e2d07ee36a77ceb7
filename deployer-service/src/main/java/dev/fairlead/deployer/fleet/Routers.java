package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.Router;
import dev.fairlead.deployer.runtime.Reachability;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The routers that this deployer has. */
public record Routers(Map<RouterKind, Router> byKind) {

  /**
   * The router of an environment.
   *
   * @throws NotServing if this deployer has none of the kind
   */
  public Router of(EnvironmentSpec spec) {
    return of(spec.route().kind());
  }

  /**
   * @throws NotServing if this deployer has none of the kind
   */
  Router of(RouterKind kind) {
    Router router = byKind.get(kind);
    if (router == null) {
      throw new NotServing("this deployer has no router " + kind.word(), advice(kind));
    }
    return router;
  }

  /**
   * The same for one look around: one that keeps a question waiting is away from then on.
   *
   * @param patience with one question
   */
  Routers answering(Duration patience) {
    Map<RouterKind, Router> watched = new EnumMap<>(RouterKind.class);
    byKind.forEach(
        (kind, router) -> watched.put(kind, new WatchedRouter(router, kind.word(), patience)));
    return new Routers(watched);
  }

  /** Whether this deployer has one of the kind. */
  public boolean has(RouterKind kind) {
    return byKind.containsKey(kind);
  }

  /** A route at a router that this deployer need not have any more. */
  Optional<RouteState> left(RouterKind kind, String route) throws InterruptedException {
    Router router = byKind.get(kind);
    return router == null ? Optional.empty() : router.observe(route);
  }

  /** Whether the router of an environment can be used now. */
  public Reachability reachability(EnvironmentSpec spec) {
    return reachability(spec.route().kind());
  }

  public Reachability reachability(RouterKind kind) {
    Router router = byKind.get(kind);
    return router == null
        ? new Reachability.Unreachable(
            "this deployer has no router %s; %s".formatted(kind.word(), advice(kind)))
        : router.reachability();
  }

  private static String advice(RouterKind kind) {
    return "set fairlead.deployer.%s, or choose another router in the manifest"
        .formatted(kind.word());
  }
}
