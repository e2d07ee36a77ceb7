package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /instances}: what was observed to run, and the traffic it was observed to get. */
@RestController
class InstanceController {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Releases releases;
  private final Instances instances;
  private final Routers routers;

  InstanceController(Releases releases, Instances instances, Routers routers) {
    this.releases = releases;
    this.instances = instances;
    this.routers = routers;
  }

  /**
   * @param state starting, running, exited and how, or unknown and why: its host does not answer
   * @param host by the deployer's name for it; absent for what a release no longer knows
   * @param restarts absent where the state is unknown
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
      @Nullable Integer restarts,
      @Nullable String traffic,
      @Nullable Integer inFlight,
      @Nullable Long requests,
      @Nullable Long errors,
      @Nullable Double p95Millis) {

    /** The same with what the router says of it. */
    InstanceView with(RouteState.Backend backend) {
      return new InstanceView(
          id,
          application,
          environment,
          deployment,
          version,
          digest,
          state,
          host,
          address,
          startedAt,
          restarts,
          backend.traffic().name().toLowerCase(Locale.ROOT),
          backend.figures().inFlight(),
          backend.figures().requests(),
          backend.figures().errors(),
          backend.figures().latencies().percentile(0.95));
    }
  }

  /** Hosts and routers that hang keep nobody waiting for long: what is of them is unknown then. */
  @GetMapping("/instances")
  List<InstanceView> all(
      @RequestParam(required = false) @Nullable ApplicationName application,
      @RequestParam(required = false) @Nullable EnvironmentName environment) {
    List<Release> serving =
        releases.serving().stream()
            .filter(one -> application == null || one.place().application().equals(application))
            .filter(one -> environment == null || one.place().environment().equals(environment))
            .toList();
    return LookAround.of(instances.runtimes(), routers, PATIENCE).at(serving);
  }
}
