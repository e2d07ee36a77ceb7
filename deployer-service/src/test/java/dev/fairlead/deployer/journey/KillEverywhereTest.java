package dev.fairlead.deployer.journey;

import static dev.fairlead.deployer.journey.KillStory.CANARY;
import static dev.fairlead.deployer.journey.KillStory.CANARY_BACK;
import static dev.fairlead.deployer.journey.KillStory.STANDSTILL;
import static dev.fairlead.deployer.journey.KillStory.STANDSTILL_BACK;
import static dev.fairlead.deployer.journey.Snares.Moment.AFTER;
import static dev.fairlead.deployer.journey.Snares.Moment.BEFORE;
import static dev.fairlead.deployer.journey.Snares.Moment.IN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.journey.Snares.Moment;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * kill -9 before, in and after the steps of plans that together have everything, and of their ways
 * back. Which steps there are is read off deployments that nobody disturbs, so that a new kind of
 * step is killed as well.
 *
 * <p>Every step once; at each of its moments with {@code -Dfairlead.kill.everywhere=true}, see
 * {@code benchmarks/README.md}.
 */
@DisplayName("Wherever a deployment is when something is killed, it ends as if nothing had been:")
@Tag("long")
class KillEverywhereTest {

  private static final boolean EVERY_MOMENT = Boolean.getBoolean("fairlead.kill.everywhere");

  /** Generous: on a machine that is busy with other tests even a heartbeat takes its time. */
  private static final Duration LONGEST_TO_RESUME =
      Duration.ofSeconds(Integer.getInteger("fairlead.kill.resumed-within", 30));

  /** A step that waits is looked at four times a second; more at once keep a busy machine busy. */
  private static final int AT_ONCE = 12;

  static final String LAST_BEFORE_BACK = "hook-last";

  private static final Map<KillStory, List<String>> undisturbed = new EnumMap<>(KillStory.class);
  private static KillRig rig;
  private static KillEnds ends;

  @BeforeAll
  static void rehearse(@TempDir Path folder) throws Exception {
    Neighbours.require("pg_dump", "psql", "busybox");
    rig = new KillRig(folder, ProcessGround::new);
    ends = new KillEnds(rig, undisturbed);
    List<KilledPlace> places =
        rig.prepare(Stream.of(KillStory.values()).map(KillPoint::none).toList());
    for (KilledPlace place : places) {
      rig.begin(place);
    }
    for (KilledPlace place : places) {
      List<String> steps = KillEnds.steps(rig.ended(place));
      System.out.println(place.story() + " " + steps);
      undisturbed.put(place.story(), steps);
    }
    ends.require(places, true);
  }

  @AfterAll
  static void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  static List<List<KillPoint>> rounds() {
    List<KillPoint> points = points();
    List<List<KillPoint>> rounds = new ArrayList<>();
    for (int i = 0; i < points.size(); i += AT_ONCE) {
      rounds.add(points.subList(i, Math.min(points.size(), i + AT_ONCE)));
    }
    return rounds;
  }

  private static List<KillPoint> points() {
    List<KillPoint> points = new ArrayList<>();
    Set<String> met = new HashSet<>();
    for (KillStory story : KillStory.values()) {
      for (String step : ownSteps(story)) {
        List<KillPoint> moments = KillPoint.of(story, step, story.goesBack());
        boolean known = !met.add(moments.getFirst().step());
        if (EVERY_MOMENT) {
          points.addAll(moments);
        } else if (!known || moments.size() == Moment.values().length) {
          points.add(moments.get(points.size() % moments.size()));
        }
      }
    }
    return points;
  }

  /** Those of the way back where it goes back: the others are the other stories'. */
  private static List<String> ownSteps(KillStory story) {
    List<String> steps = undisturbed.get(story);
    return story.goesBack()
        ? steps.subList(steps.indexOf(LAST_BEFORE_BACK) + 1, steps.size())
        : steps;
  }

  @ParameterizedTest(name = "the deployer, round {index}")
  @MethodSource("rounds")
  void deployerKilled(List<KillPoint> round) throws Exception {
    System.out.println("killed at " + round);
    List<KilledPlace> places = rig.prepare(round);
    KilledPlace accepted = rig.prepare(List.of(KillPoint.none(CANARY))).getFirst();
    rig.catchAll(places);
    rig.begin(accepted);
    places.add(accepted);

    rig.crashDeployer(places);

    ends.require(places, true);
    List<Duration> resumed = new ArrayList<>();
    for (KilledPlace place : places) {
      resumed.add(rig.resumedAfter(place));
    }
    System.out.printf("resumed after, from ready: %s%n", resumed.stream().sorted().toList());
    assertThat(resumed).allMatch(one -> one.compareTo(LONGEST_TO_RESUME) <= 0);
  }

  @Test
  @DisplayName("the broker, also on the way back")
  void brokerKilled() throws Exception {
    requireUnmoved(
        MortalNeighbours::crashKafka,
        new KillPoint(CANARY, "record-release", AFTER),
        new KillPoint(CANARY, "back-up-main", IN),
        new KillPoint(CANARY, "migrate-main", AFTER),
        new KillPoint(CANARY, "start-1", IN),
        new KillPoint(CANARY, "traffic-1", IN),
        new KillPoint(CANARY, "bake", IN),
        new KillPoint(STANDSTILL, "hold", IN),
        new KillPoint(CANARY_BACK, "back-traffic-back", IN),
        new KillPoint(STANDSTILL_BACK, "back-hold", AFTER),
        new KillPoint(STANDSTILL_BACK, "back-restore-main", IN),
        new KillPoint(STANDSTILL_BACK, "back-start-old", IN));
  }

  @Test
  @DisplayName("PostgreSQL, also on the way back")
  void postgresKilled() throws Exception {
    requireUnmoved(
        MortalNeighbours::crashPostgres,
        new KillPoint(CANARY, "record-release", BEFORE),
        new KillPoint(CANARY, "back-up-main", IN),
        new KillPoint(CANARY, "migrate-main", AFTER),
        new KillPoint(CANARY, "start-1", IN),
        new KillPoint(CANARY, "traffic-1", IN),
        new KillPoint(CANARY, "serving", AFTER),
        new KillPoint(CANARY, "bake", IN),
        new KillPoint(STANDSTILL, "hold", IN),
        new KillPoint(CANARY_BACK, "back-traffic-back", IN),
        new KillPoint(CANARY_BACK, "back-stop-new", IN),
        new KillPoint(STANDSTILL_BACK, "back-traffic-off", AFTER),
        new KillPoint(STANDSTILL_BACK, "back-restore-main", IN),
        new KillPoint(STANDSTILL_BACK, "back-start-old", IN));
  }

  @Test
  @DisplayName("the edge proxy, also on the way back")
  void edgeKilled() throws Exception {
    List<KilledPlace> places =
        caught(
            new KillPoint(CANARY, "traffic-1", BEFORE),
            new KillPoint(CANARY, "traffic-1", IN),
            new KillPoint(CANARY, "watch-1", BEFORE),
            new KillPoint(CANARY, "serving", BEFORE),
            new KillPoint(STANDSTILL, "hold", AFTER),
            new KillPoint(STANDSTILL, "release", BEFORE),
            new KillPoint(CANARY_BACK, "back-traffic-back", IN),
            new KillPoint(CANARY_BACK, "back-drain-new", BEFORE),
            new KillPoint(STANDSTILL_BACK, "back-traffic-off", IN),
            new KillPoint(STANDSTILL_BACK, "back-traffic-back", BEFORE));

    rig.neighbours().crashEdge(() -> places.forEach(KilledPlace::letGo));

    ends.require(places, false); // with the proxy die the requests that it has
  }

  /** All of them go on while it is away. */
  private static void requireUnmoved(
      BiConsumer<MortalNeighbours, Runnable> crash, KillPoint... points) throws Exception {
    List<KilledPlace> places = caught(points);

    crash.accept(rig.neighbours(), () -> places.forEach(KilledPlace::letGo));

    ends.require(places, true);
  }

  private static List<KilledPlace> caught(KillPoint... points) throws Exception {
    List<KilledPlace> places = rig.prepare(List.of(points));
    rig.catchAll(places);
    return places;
  }
}
