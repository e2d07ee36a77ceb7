package dev.fairlead.edge.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The instances of a route: those serving and those draining. Not thread-safe: the route's lock
 * guards it.
 */
final class Pool {
  /**
   * An instance that refused a connection is asked again after this long, unless it is the last.
   */
  private static final long SUSPECT_NANOS = Duration.ofSeconds(1).toNanos();

  private List<Instance> serving = List.of();
  private boolean severalReleases;
  private final List<Instance> draining = new ArrayList<>();

  /**
   * Makes the wanted instances the serving ones. One that was there, also as draining, keeps its
   * figures; one that is not wanted any more drains.
   *
   * @return the instances that started to drain
   */
  List<Instance> replace(List<InstanceDefinition> wanted) {
    List<Instance> next = new ArrayList<>();
    for (InstanceDefinition definition : wanted) {
      Instance instance = known(definition).orElseGet(() -> new Instance(definition));
      instance.serve(definition);
      next.add(instance);
    }
    List<Instance> leaving = serving.stream().filter(old -> !next.contains(old)).toList();
    draining.removeAll(next);
    for (Instance instance : leaving) {
      instance.drain();
      draining.add(instance);
    }
    serving = List.copyOf(next);
    severalReleases = serving.stream().map(Instance::release).distinct().count() > 1;
    forgetDrained();
    return leaving;
  }

  boolean serves(InstanceDefinition definition) {
    return serving.stream().anyMatch(instance -> instance.is(definition));
  }

  /**
   * The instance for the next request, by weight; of the preferred release when one with any weight
   * is there. Empty when all that serve were tried.
   */
  Optional<Instance> choose(Optional<String> release, Set<Instance> tried, long nowNanos) {
    Predicate<Instance> open = instance -> instance.weight() > 0 && !tried.contains(instance);
    Predicate<Instance> trusted = open.and(instance -> !instance.isSuspect(nowNanos));
    if (release.isPresent()) {
      String wanted = release.get();
      Optional<Instance> loyal = byWeight(trusted.and(one -> one.release().equals(wanted)));
      if (loyal.isPresent()) {
        return loyal;
      }
    }
    return drawn(trusted).or(() -> drawn(open));
  }

  /**
   * Which release is drawn by lot: in turn, a client whose requests come in a rhythm would show one
   * release only one kind of them, and a comparison of the releases would compare the kinds.
   */
  private Optional<Instance> drawn(Predicate<Instance> eligible) {
    if (!severalReleases) {
      return byWeight(eligible);
    }
    int total = serving.stream().filter(eligible).mapToInt(Instance::weight).sum();
    int lot = total == 0 ? 0 : ThreadLocalRandom.current().nextInt(total);
    for (Instance instance : serving) {
      if (eligible.test(instance)) {
        lot -= instance.weight();
        if (lot < 0) {
          return byWeight(eligible.and(one -> one.release().equals(instance.release())));
        }
      }
    }
    return Optional.empty();
  }

  /** Smooth weighted round robin: exact shares, spread evenly, as nginx has it. */
  private Optional<Instance> byWeight(Predicate<Instance> eligible) {
    Instance best = null;
    int bestCredit = 0;
    int total = 0;
    for (Instance instance : serving) {
      if (!eligible.test(instance)) {
        continue;
      }
      total += instance.weight();
      int credit = instance.addCredit(instance.weight());
      if (best == null || credit > bestCredit) {
        best = instance;
        bestCredit = credit;
      }
    }
    if (best != null) {
      best.addCredit(-total);
    }
    return Optional.ofNullable(best);
  }

  void suspect(Instance instance, long nowNanos) {
    instance.suspectUntil(nowNanos + SUSPECT_NANOS);
  }

  void forgetDrained() {
    draining.removeIf(instance -> instance.inFlight() == 0);
  }

  /**
   * Only what serves is restored from disk: an instance that drains at the other proxy is known
   * from what is in flight there, and must not be taken for one that may be stopped.
   */
  void elsewhere(List<Elsewhere> inFlight) {
    for (Elsewhere there : inFlight) {
      if (all().noneMatch(there::isAt)) {
        draining.add(Instance.draining(there.definition()));
      }
    }
    all().forEach(one -> one.elsewhere(requests(inFlight, one)));
    forgetDrained();
  }

  private static int requests(List<Elsewhere> inFlight, Instance one) {
    return inFlight.stream().filter(there -> there.isAt(one)).mapToInt(Elsewhere::requests).sum();
  }

  boolean isEmpty() {
    return serving.stream().noneMatch(instance -> instance.weight() > 0);
  }

  Stream<Instance> all() {
    return Stream.concat(serving.stream(), draining.stream());
  }

  private Optional<Instance> known(InstanceDefinition definition) {
    return all().filter(instance -> instance.is(definition)).findFirst();
  }
}
