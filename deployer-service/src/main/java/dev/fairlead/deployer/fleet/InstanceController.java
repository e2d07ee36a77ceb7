package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /instances}: what was observed to run, and the traffic it was observed to get. */
@RestController
class InstanceController {

  private final Releases releases;
  private final Instances instances;
  private final Routers routers;

  InstanceController(Releases releases, Instances instances, Routers routers) {
    this.releases = releases;
    this.instances = instances;
    this.routers = routers;
  }

  /**
   * @param state starting, running, or exited and how
   * @param host by the deployer's name for it; absent for what a release no longer knows
   * @param traffic serving or draining; absent when the router does not know it
   */
  record InstanceView(
      String id,
      ApplicationName application,
      EnvironmentName environment,
      DeploymentId deployment,
      Version version,
      ArtifactDigest digest,
      String state,
      @Nullable HostName host,
      @Nullable String address,
      @Nullable Instant startedAt,
      int restarts,
      @Nullable String traffic,
      @Nullable Integer inFlight,
      @Nullable Long requests,
      @Nullable Long errors,
      @Nullable Double p95Millis) {}

  @GetMapping("/instances")
  List<InstanceView> all(
      @RequestParam(required = false) @Nullable ApplicationName application,
      @RequestParam(required = false) @Nullable EnvironmentName environment)
      throws InterruptedException {
    List<Release> serving =
        releases.serving().stream()
            .filter(one -> application == null || one.place().application().equals(application))
            .filter(one -> environment == null || one.place().environment().equals(environment))
            .toList();
    List<InstanceView> views = new ArrayList<>();
    for (Release release : serving) {
      Map<InstanceId, RouteState.Backend> backends = backends(release);
      instances
          .at(release.place())
          .forEach(instance -> views.add(view(release, instance, backends)));
    }
    return views;
  }

  /** A router that is away leaves the traffic unknown; what runs is known without it. */
  private Map<InstanceId, RouteState.Backend> backends(Release release)
      throws InterruptedException {
    try {
      return routers
          .of(release.spec())
          .observe(Traffic.routeOf(release.place()))
          .map(RouteState::backends)
          .orElse(List.of())
          .stream()
          .collect(Collectors.toMap(RouteState.Backend::instance, one -> one, (one, other) -> one));
    } catch (RouterFailure | NotServing _) {
      return Map.of();
    }
  }

  private static InstanceView view(
      Release release, Instance instance, Map<InstanceId, RouteState.Backend> backends) {
    RouteState.Backend backend = backends.get(instance.id());
    return new InstanceView(
        instance.id().value(),
        instance.place().application(),
        instance.place().environment(),
        instance.deployment(),
        instance.version(),
        instance.digest(),
        described(instance.state()),
        instance.deployment().equals(release.id()) ? release.hostOf(instance.id()) : null,
        instance.address().map(Address::toString).orElse(null),
        instance.startedAt().orElse(null),
        instance.restarts(),
        backend == null ? null : backend.traffic().name().toLowerCase(Locale.ROOT),
        backend == null ? null : backend.figures().inFlight(),
        backend == null ? null : backend.figures().requests(),
        backend == null ? null : backend.figures().errors(),
        backend == null ? null : backend.figures().latencies().percentile(0.95));
  }

  private static String described(Instance.State state) {
    return switch (state) {
      case Instance.State.Starting() -> "starting";
      case Instance.State.Running() -> "running";
      case Instance.State.Exited(String how) -> "exited: " + how;
    };
  }
}
