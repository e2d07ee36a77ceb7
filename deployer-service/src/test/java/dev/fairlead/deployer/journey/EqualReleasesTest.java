package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.Place;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Canaries through the edge proxy of an application of which one answer in a hundred is an error:
 * releases as good as the one before, and worse ones among them. How many is for {@code
 * -Dfairlead.equal.deployments} and {@code -Dfairlead.equal.worse}; see {@code
 * benchmarks/README.md}.
 */
@DisplayName("Of canaries with 1 % errors under a steady load,")
@InSecondLane
class EqualReleasesTest {

  private static final int EQUAL = Integer.getInteger("fairlead.equal.deployments", 2);
  private static final int WORSE = Integer.getInteger("fairlead.equal.worse", 1);
  private static final int PLACES = Integer.getInteger("fairlead.equal.places", 3);

  /** Two points are caught most times only, see docs/deploying.md; the usual run wants all. */
  private static final int POINTS = Integer.getInteger("fairlead.equal.points", 10);

  private static final int PERCENT = 1;

  /**
   * From here on a worse release is always caught. At 1 % and 11 % errors, with 25 requests a
   * second for either in windows of 10 s (the usual run has nearly as many in a window), there are
   * 2.75 and 0.25 bad answers a second. For the factor 5 of {@code Evidence} each adds ln(5/6 /
   * (1/2)) = 0.51 or ln(1/6 / (1/2)) = -1.10 to the logarithm of the e-value: 1.13 a second, with a
   * variance of 2.75 * 0.51² + 0.25 * 1.10² = 1.02. It has to reach ln(2000 * 7) = 9.55. After the
   * 80 s of one watch that is (90.4 - 9.55) / √81.6 = 8.9 standard deviations away from being
   * missed; with only a third of the requests, on a machine that stalls, still (30.1 - 9.55) /
   * √27.2 = 3.9, which is one in 20 000, and then the errors are counted out: 73 bad answers to 7,
   * where 56 to 24 would be enough.
   */
  private static final int SURE_POINTS = 10;

  /** The usual run has as much to tell in a third of the time: windows are shorter, not emptier. */
  private static final int PER_SECOND = Integer.getInteger("fairlead.equal.per-second", 150);

  private static final Duration WINDOW =
      Duration.ofSeconds(Integer.getInteger("fairlead.equal.window", 3));

  private static final String WORSE_VERSION = "worse";

  /** Two watches of at most sixteen windows each, and what a busy machine takes. */
  private static final Duration LONGEST = WINDOW.multipliedBy(32).plusMinutes(4);

  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path folder) throws Exception {
    Neighbours.require("nginx");
    stage = Stage.apart(folder);
    ShakyApplication application = new ShakyApplication(folder, WINDOW);
    application.build("even", PERCENT);
    application.build("odd", PERCENT);
    application.build(WORSE_VERSION, PERCENT + POINTS);
    names().forEach(name -> stage.applyManifest(application.manifest(name)));
    List<String> first = names().map(name -> stage.deploy(name, "staging", "even")).toList();
    first.forEach(one -> assertThat(ended(one).text("state")).isEqualTo("succeeded"));
  }

  @AfterAll
  static void strike() throws Exception {
    if (stage != null) {
      stage.strike(names().map(name -> Place.of(name, "staging")).toArray(Place[]::new));
    }
  }

  private static Stream<String> names() {
    return IntStream.rangeClosed(1, PLACES).mapToObj(number -> "equal-" + number);
  }

  @Test
  @DisplayName("none is rolled back that is as good as the one before, and worse ones are caught")
  void judged() throws Exception {
    List<Outcome> outcomes = run(jobs());

    List<Outcome> equal = outcomes.stream().filter(one -> !one.worse()).toList();
    List<Outcome> worse = outcomes.stream().filter(Outcome::worse).toList();
    System.out.printf(
        "equal: %s%nworse by %d points: %s%n",
        Outcome.summary(equal), POINTS, Outcome.summary(worse));
    assertThat(equal).hasSize(EQUAL).allMatch(one -> one.state().equals("succeeded"));
    assertThat(worse).hasSize(WORSE);
    if (POINTS >= SURE_POINTS) {
      assertThat(worse).as("each worse one is taken back").allMatch(Outcome::rolledBack);
    }
  }

  /** The worse ones among the others, as in life. */
  private static Queue<Boolean> jobs() {
    Queue<Boolean> jobs = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < EQUAL + WORSE; i++) {
      jobs.add((i + 1) * WORSE / (EQUAL + WORSE) > i * WORSE / (EQUAL + WORSE));
    }
    return jobs;
  }

  private static List<Outcome> run(Queue<Boolean> jobs) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<List<Outcome>>> places =
          names().<Callable<List<Outcome>>>map(name -> () -> at(name, jobs)).toList();
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<List<Outcome>> place : threads.invokeAll(places)) {
        outcomes.addAll(place.get());
      }
      return outcomes;
    }
  }

  /** One deployment after the other, as long as there are any left to make. */
  private static List<Outcome> at(String name, Queue<Boolean> jobs) {
    List<Outcome> outcomes = new ArrayList<>();
    String serving = "even";
    try (SteadyVisitors _ =
        new SteadyVisitors(stage.edge(), name + ".staging.localhost", PER_SECOND)) {
      for (Boolean worse = jobs.poll(); worse != null; worse = jobs.poll()) {
        String next = worse ? WORSE_VERSION : serving.equals("even") ? "odd" : "even";
        Outcome outcome = Outcome.of(worse, ended(stage.deploy(name, "staging", next)));
        System.out.printf("%s %s: %s%n", name, next, outcome);
        outcomes.add(outcome);
        if (worse && outcome.state().equals("succeeded")) {
          ended(stage.deploy(name, "staging", serving));
        } else if (outcome.state().equals("succeeded")) {
          serving = next;
        }
      }
    }
    return outcomes;
  }

  private static Stage.Answer ended(String deployment) {
    return await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptions()
        .until(
            () -> stage.get("/deployments/" + deployment),
            answer -> answer.body().path("endedAt").isString());
  }

  /**
   * @param inconclusive the steps that could not tell, with what they saw
   */
  private record Outcome(boolean worse, String state, String reason, List<String> inconclusive) {

    static Outcome of(boolean worse, Stage.Answer ended) {
      return new Outcome(
          worse,
          ended.text("state"),
          ended.text("reason"),
          StreamSupport.stream(ended.body().path("steps").spliterator(), false)
              .filter(step -> step.path("outcome").asString().equals("inconclusive"))
              .map(step -> step.path("name").asString() + ": " + step.path("detail").asString())
              .toList());
    }

    boolean rolledBack() {
      return state.equals("rolled-back");
    }

    boolean passed() {
      return state.equals("succeeded") && inconclusive.isEmpty();
    }

    static String summary(List<Outcome> all) {
      return "%d deployments, %d rolled back, %d went on though a watch was inconclusive, %d passed"
          .formatted(
              all.size(),
              all.stream().filter(Outcome::rolledBack).count(),
              all.stream()
                  .filter(one -> one.state.equals("succeeded") && !one.inconclusive.isEmpty())
                  .count(),
              all.stream().filter(Outcome::passed).count());
    }
  }
}
