package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.fleet.InstanceController.InstanceView;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One look at what runs where, and at the traffic it gets. The places are looked at side by side,
 * and all of them together take no longer than the patience with hosts, and once more with places.
 */
final class LookAround {

  private final Instances instances;
  private final Routers routers;
  private final Duration patience;

  private LookAround(Instances instances, Routers routers, Duration patience) {
    this.instances = instances;
    this.routers = routers;
    this.patience = patience;
  }

  /** Asks every host whether it is there, which takes {@code patience} at most. */
  static LookAround of(Instances instances, Routers routers, Duration patience) {
    return new LookAround(instances.answering(patience), routers.answering(patience), patience);
  }

  /** In the order of the releases; of a place that keeps the question waiting all is unknown. */
  List<InstanceView> at(List<Release> releases) {
    List<CompletableFuture<List<InstanceView>>> looks = releases.stream().map(this::look).toList();
    return looks.stream().flatMap(look -> look.join().stream()).toList();
  }

  private CompletableFuture<List<InstanceView>> look(Release release) {
    List<InstanceView> silent =
        release.instances().stream()
            .map(id -> unknown(release, id, "no answer within " + patience, Map.of()))
            .toList();
    return CompletableFuture.supplyAsync(() -> views(release), Thread::startVirtualThread)
        .completeOnTimeout(silent, patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private List<InstanceView> views(Release release) {
    Map<InstanceId, RouteState.Backend> backends = backends(release);
    List<Instance> found = instances.at(release.place());
    Set<InstanceId> seen = found.stream().map(Instance::id).collect(Collectors.toSet());
    return Stream.concat(
            found.stream().map(instance -> seen(release, instance, backends)),
            release.instances().stream()
                .filter(id -> !seen.contains(id))
                .flatMap(
                    id ->
                        silence(release, id)
                            .map(why -> unknown(release, id, why, backends))
                            .stream()))
        .toList();
  }

  /** Why nobody can tell whether it runs; empty where it does not. */
  private Optional<String> silence(Release release, InstanceId id) {
    try {
      instances.observe(release, id);
      return Optional.empty();
    } catch (RuntimeFailure | NotServing e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** A router that is away leaves the traffic unknown; what runs is known without it. */
  private Map<InstanceId, RouteState.Backend> backends(Release release) {
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
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Map.of();
    }
  }

  private static InstanceView seen(
      Release release, Instance instance, Map<InstanceId, RouteState.Backend> backends) {
    InstanceView view =
        new InstanceView(
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
            null,
            null,
            null,
            null,
            null);
    return withTraffic(view, backends.get(instance.id()));
  }

  private static InstanceView unknown(
      Release release, InstanceId id, String why, Map<InstanceId, RouteState.Backend> backends) {
    InstanceView view =
        new InstanceView(
            id.value(),
            release.place().application(),
            release.place().environment(),
            release.id(),
            release.version(),
            release.digest(),
            "unknown: " + why,
            release.hostOf(id),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    return withTraffic(view, backends.get(id));
  }

  private static InstanceView withTraffic(InstanceView view, RouteState.@Nullable Backend backend) {
    return backend == null ? view : view.with(backend);
  }

  private static String described(Instance.State state) {
    return switch (state) {
      case Instance.State.Starting() -> "starting";
      case Instance.State.Running() -> "running";
      case Instance.State.Exited(String how) -> "exited: " + how;
    };
  }
}
