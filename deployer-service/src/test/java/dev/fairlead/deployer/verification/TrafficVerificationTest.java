package dev.fairlead.deployer.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.rollout.Looks;
import dev.fairlead.deployer.router.EdgeRouter;
import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.deployer.router.RouteState;
import dev.fairlead.deployer.router.RouteState.Backend;
import dev.fairlead.deployer.router.RouteState.Figures;
import dev.fairlead.deployer.router.RouteState.Traffic;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Version;
import dev.fairlead.stack.Ports;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Verification by traffic")
class TrafficVerificationTest {

  private static final Version OLD = new Version("1");
  private static final Version NEW = new Version("2");
  private static final Judged JUDGED = new Judged(NEW, Set.of(Scene.instance(NEW)));
  private static final FiguresCheck CHECK =
      new FiguresCheck(Duration.ofSeconds(10), 50, 0.02, Duration.ofMillis(500), 0.01, 1.5);
  private static final RouteState NOTHING = state();

  @Test
  @DisplayName("passes a release that stays within all limits, and says what was measured")
  void passes() {
    Verdict verdict = judge(traffic(OLD, 1000, 0, 40), traffic(NEW, 1000, 3, 42));

    assertThat(verdict)
        .isEqualTo(
            new Verdict.Passed(
                "version 2: 1000 requests, 0.30 % errors, p95 42 ms in 10 s"
                    + " (others: 1000 requests, 0.00 % errors, p95 40 ms)"));
  }

  @Test
  @DisplayName("fails a release with too many errors")
  void errors() {
    assertThat(judge(traffic(NEW, 1000, 60, 40)))
        .isEqualTo(
            new Verdict.Failed(
                "version 2: 1000 requests, 6.00 % errors, p95 40 ms in 10 s;"
                    + " more errors than the allowed 2.00 %"));
  }

  @Test
  @DisplayName("says so when the router cannot tell how long answers took")
  void unknownLatency() {
    Backend counted = traffic(NEW, 1000, 3, 42);
    Backend uncounted =
        new Backend(
            counted.instance(),
            counted.address(),
            counted.weight(),
            NEW,
            Traffic.SERVING,
            new Figures(0, 1000, 3, Latencies.NONE));

    assertThat(judge(uncounted))
        .isEqualTo(
            new Verdict.Passed(
                "version 2: 1000 requests, 0.30 % errors, latency unknown to this router in 10 s"));
  }

  @Test
  @DisplayName("fails a release that is too slow")
  void slow() {
    assertThat(judge(traffic(NEW, 1000, 0, 700)).evidence())
        .endsWith("p95 above the allowed 500 ms");
  }

  @Test
  @DisplayName("fails a release that is within the limits, but worse than the others meanwhile")
  void worse() {
    assertThat(judge(traffic(OLD, 5000, 0, 40), traffic(NEW, 5000, 0, 80)))
        .isInstanceOf(Verdict.Failed.class)
        .extracting(Verdict::evidence)
        .asString()
        .contains("p95 above 1.5 times that of the others");
    FiguresCheck tolerant =
        new FiguresCheck(Duration.ofSeconds(10), 50, 0.5, Duration.ofMillis(500), 0.01, 1.5);
    assertThat(judge(tolerant, traffic(OLD, 5000, 0, 40), traffic(NEW, 5000, 150, 40)))
        .isInstanceOf(Verdict.Failed.class);
  }

  @Test
  @DisplayName("blames no release when everybody suffers alike")
  void commonTrouble() {
    FiguresCheck tolerant =
        new FiguresCheck(Duration.ofSeconds(10), 50, 0.5, Duration.ofMillis(500), 0.01, 1.5);

    assertThat(judge(tolerant, traffic(OLD, 5000, 500, 300), traffic(NEW, 5000, 515, 310)))
        .isInstanceOf(Verdict.Passed.class);
  }

  @Test
  @DisplayName("has no opinion without enough requests")
  void tooFew() {
    assertThat(judge(traffic(NEW, 49, 49, 40)))
        .isInstanceOf(Verdict.Inconclusive.class)
        .extracting(Verdict::evidence)
        .asString()
        .endsWith("at least 50 requests are needed for a verdict");
    assertThat(judge()).isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  @DisplayName("needs no more requests when all of them fail, and those before did not")
  void allFail() {
    Baseline good = new Baseline(new Sample(20_000, 20, Latencies.NONE));
    Baseline down = new Baseline(new Sample(20_000, 19_900, Latencies.NONE));

    assertThat(inTheEnd(good, traffic(NEW, 18, 18, 40)))
        .isEqualTo(
            new Verdict.Failed(
                "version 2: 18 requests, 100.00 % errors, p95 40 ms in 10 s;"
                    + " most of its requests fail"));
    assertThat(inTheEnd(good, traffic(NEW, 18, 9, 40))).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(inTheEnd(good, traffic(NEW, 8, 8, 40))).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(inTheEnd(down, traffic(NEW, 18, 18, 40))).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(inTheEnd(Baseline.NONE, traffic(OLD, 18, 18, 40), traffic(NEW, 18, 18, 40)))
        .isInstanceOf(Verdict.Inconclusive.class);
  }

  @Test
  @DisplayName("tells a release from another one of the same version")
  void sameVersion() {
    Backend good = traffic(NEW, 5000, 0, 40);
    Backend other =
        new Backend(
            new InstanceId("orders-before"),
            good.address(),
            good.weight(),
            NEW,
            Traffic.SERVING,
            good.figures());

    assertThat(judge(other, traffic(NEW, 250, 60, 40)))
        .isInstanceOf(Verdict.Failed.class)
        .extracting(Verdict::evidence)
        .asString()
        .startsWith("version 2: 250 requests, 24.00 % errors")
        .contains("more errors than the others");
  }

  @Test
  @DisplayName("has no opinion when a bad figure may be chance")
  void chance() {
    assertThat(judge(traffic(NEW, 50, 2, 40)))
        .isInstanceOf(Verdict.Inconclusive.class)
        .extracting(Verdict::evidence)
        .asString()
        .contains("with so few requests that may be chance");
  }

  @Test
  @DisplayName("looks at the window only, not at what was before")
  void window() {
    RouteState before = state(traffic(NEW, 1000, 900, 4000));
    RouteState after = state(traffic(NEW, 1000, 900, 4000, 1000, 0, 40));

    assertThat(TrafficVerification.judge(CHECK, JUDGED, Baseline.NONE, List.of(before, after)))
        .isInstanceOf(Verdict.Passed.class);
  }

  @Test
  @DisplayName("counts from zero when the router was restarted in between")
  void routerRestarted() {
    RouteState before = state(traffic(NEW, 5000, 0, 40));
    RouteState after = state(traffic(NEW, 100, 50, 40));
    RouteState later = state(traffic(NEW, 200, 100, 40));
    RouteState last = state(traffic(NEW, 300, 150, 40));

    assertThat(
            TrafficVerification.judge(
                CHECK, JUDGED, Baseline.NONE, List.of(before, after, later, last)))
        .isInstanceOf(Verdict.Failed.class)
        .extracting(Verdict::evidence)
        .asString()
        .startsWith("version 2: 300 requests, 50.00 % errors");
  }

  @Test
  @DisplayName("has no opinion when the router cannot be asked")
  void routerAway() throws Exception {
    EdgeRouter nobody =
        new EdgeRouter(
            URI.create("http://127.0.0.1:" + Ports.free()), () -> "token", Duration.ZERO);
    FiguresCheck quick =
        new FiguresCheck(Duration.ZERO, 1, 0.02, Duration.ofMillis(500), 0.01, 1.5);

    Verdict verdict = new TrafficVerification(nobody).verify(quick, "orders-staging", JUDGED);

    assertThat(verdict).isInstanceOf(Verdict.Inconclusive.class);
    assertThat(verdict.evidence()).startsWith("the router's figures are missing: ");
  }

  @Test
  @DisplayName("measures a release that serves alone against what the one before did")
  void againstThePast() {
    FiguresCheck tolerant =
        new FiguresCheck(Duration.ofSeconds(10), 50, 0.5, Duration.ofMillis(500), 0.01, 1.5);
    Baseline good = new Baseline(new Sample(20_000, 20, Latencies.NONE));
    Baseline bad = new Baseline(new Sample(20_000, 1_200, Latencies.NONE));

    assertThat(judge(tolerant, good, traffic(NEW, 1000, 60, 40)))
        .isInstanceOf(Verdict.Failed.class)
        .extracting(Verdict::evidence)
        .asString()
        .endsWith("more errors than the release before by over 1.00 %");
    assertThat(judge(tolerant, bad, traffic(NEW, 1000, 60, 40))).isInstanceOf(Verdict.Passed.class);
  }

  @Test
  @DisplayName("does not condemn a release for one bad second")
  void oneBadSecond() {
    List<RouteState> reports =
        List.of(
            NOTHING,
            state(traffic(NEW, 300, 0, 40)),
            state(traffic(NEW, 400, 100, 40)),
            state(traffic(NEW, 700, 100, 40)));

    assertThat(TrafficVerification.judge(CHECK, JUDGED, Baseline.NONE, reports))
        .isInstanceOf(Verdict.Inconclusive.class);
  }

  private static Verdict judge(Backend... after) {
    return judge(CHECK, after);
  }

  private static Verdict judge(FiguresCheck check, Backend... after) {
    return judge(check, Baseline.NONE, after);
  }

  /** The same traffic in each of the ten seconds. */
  private static Verdict judge(FiguresCheck check, Baseline baseline, Backend... after) {
    return TrafficVerification.judge(check, JUDGED, baseline, tenSeconds(after));
  }

  private static Verdict inTheEnd(Baseline baseline, Backend... after) {
    return TrafficVerification.judge(CHECK, JUDGED, baseline, tenSeconds(after), Looks.COUNT - 1);
  }

  private static List<RouteState> tenSeconds(Backend... after) {
    return IntStream.rangeClosed(0, 10)
        .mapToObj(
            second ->
                state(
                    Stream.of(after).map(backend -> part(backend, second)).toArray(Backend[]::new)))
        .toList();
  }

  private static Backend part(Backend whole, int tenths) {
    Figures figures = whole.figures();
    TreeMap<Double, Long> counts = new TreeMap<>();
    figures
        .latencies()
        .counts()
        .forEach((millis, count) -> counts.put(millis, count * tenths / 10));
    return new Backend(
        whole.instance(),
        whole.address(),
        whole.weight(),
        whole.release(),
        whole.traffic(),
        new Figures(
            0,
            figures.requests() * tenths / 10,
            figures.errors() * tenths / 10,
            new Latencies(counts)));
  }

  private static RouteState state(Backend... backends) {
    return new RouteState(
        "orders-staging", new RouteSpec.Match("orders", "/"), 1, false, List.of(backends));
  }

  /** All requests took that long. */
  private static Backend traffic(Version release, long requests, long errors, double millis) {
    return traffic(release, requests, errors, millis, 0, 0, millis);
  }

  /** First some requests of one kind, then some of another. */
  private static Backend traffic(
      Version release,
      long first,
      long errors,
      double millis,
      long then,
      long thenErrors,
      double thenMillis) {
    TreeMap<Double, Long> counts = new TreeMap<>();
    counts.merge(millis, first, Long::sum);
    counts.merge(thenMillis, then, Long::sum);
    return new Backend(
        new InstanceId("orders-" + release),
        new Address("127.0.0.1", 1),
        100,
        release,
        Traffic.SERVING,
        new Figures(0, first + then, errors + thenErrors, new Latencies(counts)));
  }
}
