package dev.fairlead.edge.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RouteTest {
  private static final Runnable NOTHING = () -> {};
  private final RoutingTable table = new RoutingTable();

  @Test
  void givesEachInstanceItsShareSpreadEvenly() {
    Route route = table.put(wanted(1, instance("a", 5), instance("b", 1), instance("c", 0)));
    StringBuilder order = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      order.append(claim(route).instance().id());
    }
    assertThat(order).hasToString("aaabaaaaabaa");
  }

  @Test
  void keepsExactSharesForAnyWeights() {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      InstanceDefinition[] instances = new InstanceDefinition[1 + random.nextInt(6)];
      for (int i = 0; i < instances.length; i++) {
        instances[i] = instance("i" + i, 1 + random.nextInt(1000));
      }
      int total = IntStream.range(0, instances.length).map(i -> instances[i].weight()).sum();
      Route route = new RoutingTable().put(wanted(1, instances));
      Map<String, Integer> claims = new HashMap<>();
      for (int i = 0; i < total; i++) {
        claims.merge(claim(route).instance().id(), 1, Integer::sum);
      }
      for (InstanceDefinition one : instances) {
        assertThat(claims).containsEntry(one.id(), one.weight());
      }
    }
  }

  @Test
  void showsEachReleaseRequestsOfEveryKindWhateverTheirRhythm() {
    Route route = table.put(wanted(1, release("old"), release("new")));
    Map<String, Integer> even = new HashMap<>();
    int rounds = 2_000;
    for (int i = 0; i < rounds; i++) {
      even.merge(claim(route).instance().id(), 1, Integer::sum);
      claim(route);
    }
    int sixDeviations = (int) (6 * Math.sqrt(rounds) / 2);
    assertThat(even.get("old")).isBetween(rounds / 2 - sixDeviations, rounds / 2 + sixDeviations);
  }

  @Test
  void neverClaimsARemovedInstanceWhateverTheOrderOfSwapsAndClaims() throws Exception {
    Route route = table.put(wanted(1, instance("0", 1)));
    AtomicBoolean running = new AtomicBoolean(true);
    Set<String> stopped = ConcurrentHashMap.newKeySet();
    Set<String> lost = ConcurrentHashMap.newKeySet();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (running.get()) {
                      Claim claim = claim(route);
                      Thread.yield();
                      if (stopped.contains(claim.instance().id())) {
                        lost.add(claim.instance().id());
                      }
                      claim.close();
                    }
                  }));
    }
    for (int release = 1; release < 2_000; release++) {
      table.put(wanted(1, instance(String.valueOf(release), 1)));
      String old = String.valueOf(release - 1);
      while (route.status().instances().stream()
          .anyMatch(one -> one.definition().id().equals(old))) {
        Thread.onSpinWait();
      }
      stopped.add(old);
    }
    running.set(false);
    for (Thread client : clients) {
      client.join();
    }
    assertThat(lost).isEmpty();
    assertThat(route.status().instances()).singleElement().extracting("inFlight").isEqualTo(0);
  }

  @Test
  void prefersOthersToAnInstanceThatRefusedForAMoment() {
    Route route = table.put(wanted(1, instance("a", 1), instance("b", 1)));
    Claim first = claim(route);
    first.refused(0);
    first.close();
    long soon = Duration.ofMillis(500).toNanos();
    long later = Duration.ofMillis(1_500).toNanos();
    for (int i = 0; i < 5; i++) {
      assertThat(claimAt(route, soon).instance()).isNotSameAs(first.instance());
    }
    assertThat(List.of(claimAt(route, later).instance(), claimAt(route, later).instance()))
        .contains(first.instance());
  }

  @Test
  void triesASuspectRatherThanNobody() {
    Route route = table.put(wanted(1, instance("a", 1)));
    claim(route).refused(0);
    assertThat(claimAt(route, 1).instance().id()).isEqualTo("a");
    Instance only = claimAt(route, 1).instance();
    assertThat(route.claim(Optional.empty(), Set.of(only), 1, NOTHING))
        .isEqualTo(new Answer.Nobody("route orders has no instance", true));
  }

  @Test
  void countsEachRequestOnceWhateverBecomesOfIt() {
    Route route = table.put(wanted(1, instance("a", 1)));
    Claim good = claim(route);
    good.answered(200, 2_000_000);
    good.close();
    good.close();
    Claim error = claim(route);
    error.answered(503, 2_000_000);
    error.failed();
    error.close();
    Claim cutOff = claim(route);
    cutOff.answered(200, 2_000_000);
    cutOff.failed();
    cutOff.close();
    Claim unanswered = claim(route);
    unanswered.failed();
    unanswered.close();
    claim(route).close();
    InstanceStatus status = route.status().instances().getFirst();
    assertThat(status.requests()).isEqualTo(5);
    assertThat(status.errors()).isEqualTo(3);
    assertThat(status.inFlight()).isZero();
    assertThat(status.p50Millis()).isBetween(2.0, 2.0 * 1.07);
  }

  @Test
  void spreadsGoodbyesOverTheDrainWindow() {
    Route route = table.put(wanted(1, instance("a", 1)));
    List<Duration> goodbyes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      claim(route).whenDraining(goodbyes::add);
    }
    table.put(wanted(1));
    assertThat(goodbyes)
        .containsExactly(
            Duration.ZERO, Duration.ofSeconds(6), Duration.ofSeconds(12), Duration.ofSeconds(18));
  }

  @Test
  void saysGoodbyeAtOnceToALatecomerOnADrainingInstance() {
    Route route = table.put(wanted(1, instance("a", 1)));
    Claim upgrading = claim(route);
    table.put(wanted(1));
    List<Duration> goodbyes = new ArrayList<>();
    upgrading.whenDraining(goodbyes::add);
    assertThat(goodbyes).containsExactly(Duration.ZERO);
  }

  @Test
  void refusesMoreHeldRequestsThanTheMemoryTakes() {
    Route route = table.put(wanted(1, instance("a", 1)));
    table.hold("orders", Duration.ofSeconds(30));
    for (int i = 0; i < Route.MOST_WAITING; i++) {
      Runnable another = new Thread(NOTHING);
      assertThat(route.claim(Optional.empty(), Set.of(), 0, another))
          .isInstanceOf(Answer.Held.class);
    }
    assertThat(route.claim(Optional.empty(), Set.of(), 0, NOTHING))
        .isInstanceOf(Answer.Nobody.class);
  }

  @Test
  void takesHostsAddressesAndPathsOnlyAsTheyAreMeant() {
    assertThat(Address.of("[::1]:80")).hasToString("[::1]:80");
    assertThat(Address.of("db.example:1").port()).isEqualTo(1);
    for (String bad : List.of("", ":80", "a", "a:", "a:0", "a:65536", "::1:80", "a/b:1", "a b:1")) {
      assertThatThrownBy(() -> Address.of(bad)).as(bad).hasMessageContaining("must");
    }
    assertThatThrownBy(() -> new Match(Optional.of("a:80"), "/")).hasMessageContaining("port");
    assertThatThrownBy(() -> new Match(Optional.empty(), "a")).hasMessageContaining("pathPrefix");
  }

  private static RouteDefinition wanted(long fence, InstanceDefinition... instances) {
    return new RouteDefinition(
        "orders",
        fence,
        new Match(Optional.empty(), "/"),
        List.of(instances),
        Optional.empty(),
        Optional.empty(),
        RouteDefinition.USUAL_DRAIN);
  }

  private static InstanceDefinition instance(String id, int weight) {
    return new InstanceDefinition(id, new Address("127.0.0.1", 1), weight, "r");
  }

  private static InstanceDefinition release(String name) {
    return new InstanceDefinition(name, new Address("127.0.0.1", 1), 1, name);
  }

  private static Claim claim(Route route) {
    return claimAt(route, 0);
  }

  private static Claim claimAt(Route route, long nowNanos) {
    return (Claim) route.claim(Optional.empty(), Set.of(), nowNanos, NOTHING);
  }
}
