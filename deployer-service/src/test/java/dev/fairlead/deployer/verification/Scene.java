package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouteState.Backend;
import dev.fairlead.deployer.router.RouteState.Figures;
import dev.fairlead.deployer.router.RouteState.Traffic;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Version;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A router under made-up traffic, asked after every second. */
final class Scene {

  static final Version OLD = new Version("1");
  static final Version NEW = new Version("2");
  static final Judged JUDGED = new Judged(NEW, Set.of(instance(NEW)));

  /**
   * One release's traffic.
   *
   * @param perSecond requests; their number varies as that of independent visitors does
   * @param errorRate 0 to 1
   * @param slowRate the share of requests that take ten times as long
   * @param outage when it fails more often than usual
   */
  record Actor(
      Version release,
      double perSecond,
      double errorRate,
      double millis,
      double slowRate,
      Outage outage) {

    /**
     * @param from and {@code until}: seconds
     */
    record Outage(int from, int until, double errorRate) {}

    private static final Outage NONE = new Outage(0, 0, 0);

    static Actor old(double perSecond, double errorRate) {
      return new Actor(OLD, perSecond, errorRate, 40, 0.01, NONE);
    }

    static Actor fresh(double perSecond, double errorRate) {
      return new Actor(NEW, perSecond, errorRate, 40, 0.01, NONE);
    }

    Actor slow(double share) {
      return new Actor(release, perSecond, errorRate, millis, share, outage);
    }

    Actor unwell(int from, int until, double rate) {
      return new Actor(
          release, perSecond, errorRate, millis, slowRate, new Outage(from, until, rate));
    }

    double errorRateAt(int second) {
      return second >= outage.from() && second < outage.until() ? outage.errorRate() : errorRate;
    }
  }

  private final Random random;
  private final List<Counter> counters;
  private int second;

  Scene(Random random, Actor... actors) {
    this.random = random;
    this.counters = List.of(actors).stream().map(Counter::new).toList();
  }

  static InstanceId instance(Version release) {
    return new InstanceId("orders-" + release);
  }

  RouteState afterASecond() {
    counters.forEach(counter -> counter.second(second, random));
    second++;
    return report();
  }

  RouteState report() {
    return new RouteState(
        "orders-staging",
        new RouteSpec.Match("orders", "/"),
        1,
        false,
        counters.stream().map(Counter::backend).toList());
  }

  private static final class Counter {

    private final Actor actor;
    private final TreeMap<Double, Long> latencies = new TreeMap<>();
    private long requests;
    private long errors;

    Counter(Actor actor) {
      this.actor = actor;
    }

    void second(int second, Random random) {
      long count =
          Math.round(actor.perSecond() + random.nextGaussian() * Math.sqrt(actor.perSecond()));
      for (long i = 0; i < count; i++) {
        requests++;
        errors += random.nextDouble() < actor.errorRateAt(second) ? 1 : 0;
        double millis = actor.millis() * (random.nextDouble() < actor.slowRate() ? 10 : 1);
        latencies.merge(millis, 1L, Long::sum);
      }
    }

    Backend backend() {
      return new Backend(
          instance(actor.release()),
          new Address("127.0.0.1", 1),
          100,
          actor.release(),
          Traffic.SERVING,
          new Figures(0, requests, errors, new Latencies(latencies)));
    }
  }
}
