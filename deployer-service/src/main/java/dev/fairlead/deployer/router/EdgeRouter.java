package dev.fairlead.deployer.router;

import dev.fairlead.deployer.http.Http;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.deployer.runtime.StaleFence;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The embedded edge proxy, told over its admin API. */
public final class EdgeRouter implements Router {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final EdgeAdmin admin;

  /**
   * @param admin address of the admin API, such as {@code http://127.0.0.1:7181}
   * @param token for it; asked for at each request, so that it can be exchanged
   * @param patience how long a router that does not answer is tried again
   */
  public EdgeRouter(URI admin, Supplier<String> token, Duration patience) {
    this.admin = new EdgeAdmin(admin, token, patience);
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  public RouteState apply(RouteSpec desired, long fence) throws InterruptedException {
    Duration probing =
        desired.healthGate().map(RouteSpec.HealthGate::timeout).orElse(Duration.ZERO);
    Http.Answer put =
        admin.exchange(
            "PUT",
            path(desired.name()),
            Optional.of(EdgeRoute.Change.of(desired, fence)),
            ANSWER.plus(probing));
    switch (put.status()) {
      case 409 -> throw conflict(desired.name(), fence, put);
      case 400, 422 -> throw new RouteRefused(desired.name(), EdgeAdmin.detail(put));
      default -> EdgeAdmin.requireSuccess(put, "change route " + desired.name());
    }
    return readBack(desired, fence);
  }

  @Override
  public Optional<RouteState> observe(String route) throws InterruptedException {
    Http.Answer get = admin.exchange("GET", path(route), Optional.empty(), ANSWER);
    if (get.status() == 404) {
      return Optional.empty();
    }
    EdgeAdmin.requireSuccess(get, "show route " + route);
    return Optional.of(EdgeAdmin.read(get, EdgeRoute.Report.class).state());
  }

  @Override
  public Drain drain(String route, Collection<InstanceId> backends, Duration deadline)
      throws InterruptedException {
    return new DrainWatch(this, 1).await(route, backends, deadline);
  }

  @Override
  public void hold(String route, Duration longest, long fence) throws InterruptedException {
    Http.Answer answer =
        command("POST", route, "/hold", new EdgeRoute.Hold(fence, longest.toMillis()));
    if (answer.status() != 404) {
      EdgeAdmin.requireSuccess(answer, "hold route " + route);
    }
  }

  @Override
  public void release(String route, long fence) throws InterruptedException {
    Http.Answer answer = command("POST", route, "/release", new EdgeRoute.Command(fence));
    EdgeAdmin.requireSuccess(answer, "release route " + route);
  }

  @Override
  public void remove(String route, long fence) throws InterruptedException {
    Http.Answer answer = command("DELETE", route, "", new EdgeRoute.Command(fence));
    if (answer.status() != 404) {
      EdgeAdmin.requireSuccess(answer, "remove route " + route);
    }
  }

  @Override
  public Reachability reachability() {
    return admin.reachability();
  }

  private RouteState readBack(RouteSpec desired, long fence) throws InterruptedException {
    RouteState found =
        observe(desired.name())
            .orElseThrow(
                () ->
                    new RouterFailure(
                        "route %s is gone right after it was set; look at the router's log"
                            .formatted(desired.name())));
    if (found.fence() > fence) {
      throw new StaleFence("route " + desired.name(), fence, found.fence());
    }
    return ReadBack.require(desired, found);
  }

  private Http.Answer command(String method, String route, String operation, EdgeRoute.Fenced body)
      throws InterruptedException {
    Http.Answer answer = admin.exchange(method, path(route) + operation, Optional.of(body), ANSWER);
    if (answer.status() == 409) {
      throw conflict(route, body.fence(), answer);
    }
    return answer;
  }

  /** The proxy says 409 to an old fence, and to a match that another route has. */
  private RuntimeException conflict(String route, long fence, Http.Answer answer)
      throws InterruptedException {
    long highest = observe(route).map(RouteState::fence).orElse(0L);
    return highest > fence
        ? new StaleFence("route " + route, fence, highest)
        : new RouteRefused(route, EdgeAdmin.detail(answer));
  }

  private static String path(String route) {
    return "/routes/" + route;
  }
}
