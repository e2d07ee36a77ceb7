package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.runtime.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Load at every router, and at every instance at least one upload that was begun and does not end
 * by itself: whatever ends an instance without a drain is sure to lose it.
 */
final class HeldLoads implements AutoCloseable {

  private static final int PER_SECOND = 20;
  private static final int SLOWEST_MILLIS = 500;

  private final ThreeRouters routers;
  private final Map<String, Load> loads = new LinkedHashMap<>();

  HeldLoads(ThreeRouters routers) {
    this.routers = routers;
    try {
      ThreeRouters.ALL.forEach(this::begin);
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  private void begin(String router) {
    Load load = new Load(routers.traffic(router), PER_SECOND, SLOWEST_MILLIS, SLOWEST_MILLIS);
    loads.put(router, load);
    load.hold();
    await().atMost(Duration.ofSeconds(60)).until(() -> isHeldEverywhere(router, load));
  }

  /**
   * Holds more if all that were begun have arrived, and some instance has none. Two at once,
   * because single ones might always meet the same turn of the router's round.
   */
  private boolean isHeldEverywhere(String router, Load load) throws IOException {
    List<Integer> holds = new ArrayList<>();
    for (Instance instance : routers.instances(router)) {
      holds.add(routers.holdsAt(instance));
    }
    boolean arrived = holds.stream().mapToInt(Integer::intValue).sum() == load.holds();
    boolean everywhere = holds.size() == 2 && !holds.contains(0);
    if (arrived && !everywhere) {
      load.hold();
      load.hold();
    }
    return arrived && everywhere;
  }

  void letGo() {
    loads.values().forEach(Load::letGo);
  }

  void requireNothingLost() {
    close();
    loads.forEach(
        (router, load) -> {
          assertThat(load.lost()).as(told(router, load)).isEmpty();
          assertThat(load.answeredHolds()).as(told(router, load)).isEqualTo(load.holds());
        });
  }

  void requireHoldsLost() {
    close();
    loads.forEach(
        (router, load) -> {
          System.out.println(told(router, load));
          assertThat(load.lost())
              .as(told(router, load))
              .filteredOn(one -> one.startsWith("held"))
              .hasSize(load.holds());
        });
  }

  private static String told(String router, Load load) {
    return "%s, %d held: %s".formatted(router, load.holds(), load);
  }

  @Override
  public void close() {
    loads.values().forEach(Load::close);
  }
}
