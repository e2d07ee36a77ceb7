package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.fleet.InstanceController.InstanceView;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.Runtime;
import dev.fairlead.events.Place;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One look at what runs where, and at the traffic it gets. Every host is asked about every place,
 * and the routers with them, side by side: one that keeps the question waiting leaves nothing
 * unknown but what is its own. All of that takes no longer than twice the patience: whether hosts
 * are there at all is asked first.
 */
final class LookAround {

  private final Runtimes runtimes;
  private final Routers routers;
  private final Duration patience;

  private LookAround(Runtimes runtimes, Routers routers, Duration patience) {
    this.runtimes = runtimes;
    this.routers = routers;
    this.patience = patience;
  }

  /** Asks every host whether it is there, which takes {@code patience} at most. */
  static LookAround of(Runtimes runtimes, Routers routers, Duration patience) {
    return new LookAround(runtimes.answering(patience), routers.answering(patience), patience);
  }

  /**
   * What was asked about a release.
   *
   * @param hosts of every runtime
   */
  private record Asked(
      Release release,
      Map<Runtime, CompletableFuture<Seen>> hosts,
      CompletableFuture<Map<InstanceId, RouteState.Backend>> traffic) {}

  /**
   * What a host said of a place.
   *
   * @param silence why it said nothing; null where it answered
   */
  private record Seen(List<Instance> instances, @Nullable String silence) {

    static Seen nothing(String why) {
      return new Seen(List.of(), why);
    }
  }

  /** In the order of the releases; what nobody could tell in time is unknown. */
  List<InstanceView> at(List<Release> releases) {
    List<Asked> asked = releases.stream().map(this::ask).toList();
    return asked.stream().flatMap(this::views).toList();
  }

  private Asked ask(Release release) {
    Map<Runtime, CompletableFuture<Seen>> hosts = new LinkedHashMap<>();
    runtimes.all().forEach(host -> hosts.put(host, ask(host, release.place())));
    return new Asked(
        release,
        hosts,
        CompletableFuture.supplyAsync(() -> backends(release), Thread::startVirtualThread));
  }

  private CompletableFuture<Seen> ask(Runtime host, Place place) {
    CompletableFuture<Seen> answer = new CompletableFuture<>();
    Thread asking = Thread.startVirtualThread(() -> answer.complete(seen(host, place)));
    answer.completeOnTimeout(
        Seen.nothing("no answer within " + patience), patience.toMillis(), TimeUnit.MILLISECONDS);
    answer.thenRun(asking::interrupt);
    return answer;
  }

  private static Seen seen(Runtime host, Place place) {
    try {
      return new Seen(host.observe(place), null);
    } catch (RuntimeException e) {
      return Seen.nothing(String.valueOf(e.getMessage()));
    }
  }

  private Stream<InstanceView> views(Asked asked) {
    Release release = asked.release();
    Map<InstanceId, RouteState.Backend> backends = asked.traffic().join();
    List<Instance> found =
        asked.hosts().values().stream().flatMap(host -> host.join().instances().stream()).toList();
    Set<InstanceId> seen = found.stream().map(Instance::id).collect(Collectors.toSet());
    return Stream.concat(
        found.stream().map(instance -> seen(release, instance, backends)),
        release.instances().stream()
            .filter(id -> !seen.contains(id))
            .flatMap(
                id -> silence(asked, id).map(why -> unknown(release, id, why, backends)).stream()));
  }

  /** Why nobody can tell whether it runs; empty where it does not. */
  private Optional<String> silence(Asked asked, InstanceId id) {
    try {
      Runtime host = runtimes.of(asked.release(), id);
      return Optional.ofNullable(
          Objects.requireNonNull(asked.hosts().get(host), "every host is asked").join().silence());
    } catch (NotServing e) {
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
