package dev.fairlead.deployer.journey;

import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * kill -9 of the deployer after the commands that it gives to the Docker Engine, of plans that
 * build images and start containers with secrets. Which commands there are is read off deployments
 * that nobody disturbs.
 *
 * <p>Of each kind of command in one story the first and the last; every one of them, and every
 * moment of each step, with {@code -Dfairlead.kill.everywhere=true}. What a step does beside its
 * commands to the engine is met by {@link KillEverywhereTest}.
 */
@DisplayName("Wherever a deployment of containers is when the deployer is killed, it ends well:")
@Tag("long")
class KillContainersEverywhereTest {

  private static final boolean EVERYWHERE = Boolean.getBoolean("fairlead.kill.everywhere");
  private static final int AT_ONCE = 6;
  private static final int FEW = 4;

  /** Given with the lock of all ports held: of these only one deployment can be caught at once. */
  private static final Set<String> EXCLUSIVE =
      Set.of(
          "POST volumes/create",
          "POST networks/create",
          "POST containers/create",
          "DELETE networks");

  /** Given with a lock held that other instances share: few at once, when all others are caught. */
  private static final Set<String> LOCKING =
      Set.of(
          "DELETE volumes", "DELETE containers", "PUT containers/archive", "POST containers/start");

  /** In these such commands are given on the way forth and on the way back. */
  private static final Set<KillStory> FORTH_AND_BACK =
      Set.of(KillStory.FIRST_BACK, KillStory.STANDSTILL_BACK);

  private static final Map<KillStory, List<String>> steps = new EnumMap<>(KillStory.class);
  private static final Map<KillStory, List<String>> commands = new EnumMap<>(KillStory.class);
  private static KillRig rig;
  private static KillEnds ends;

  /**
   * @param turns each is caught when the one before it is
   */
  record Round(List<List<KillPoint>> turns) {}

  @BeforeAll
  static void rehearse(@TempDir Path folder) throws Exception {
    Neighbours.require("pg_dump", "psql", "busybox", "docker");
    rig = new KillRig(folder, ContainerGround::new);
    ends = new KillEnds(rig, steps);
    List<KilledPlace> places =
        rig.prepare(
            Stream.of(KillStory.values())
                .map(story -> KillPoint.command(story, "none", 1))
                .toList());
    places.forEach(rig::begin);
    for (KilledPlace place : places) {
      steps.put(place.story(), KillEnds.steps(rig.ended(place)));
    }
    ends.require(places, true);
    for (KilledPlace place : places) {
      commands.put(place.story(), engine().commands(place.application()));
      System.out.println(place.story() + " " + commands.get(place.story()));
    }
  }

  private static HeldEngine engine() {
    return ((ContainerGround) rig.ground()).engine();
  }

  @AfterAll
  static void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  static List<Round> rounds() {
    List<KillPoint> free = new ArrayList<>();
    List<KillPoint> locking = new ArrayList<>();
    List<KillPoint> exclusive = new ArrayList<>();
    for (KillStory story : KillStory.values()) {
      for (KillPoint point : ofCommands(story)) {
        (EXCLUSIVE.contains(point.step())
                ? exclusive
                : LOCKING.contains(point.step()) ? locking : free)
            .add(point);
      }
      if (EVERYWHERE) {
        free.addAll(ofSteps(story));
      }
    }
    List<Round> rounds = new ArrayList<>();
    for (int i = 0;
        i * AT_ONCE < free.size() || i * FEW < locking.size() || i < exclusive.size();
        i++) {
      rounds.add(
          new Round(
              List.of(
                  part(free, i * AT_ONCE, AT_ONCE),
                  part(locking, i * FEW, FEW),
                  part(exclusive, i, 1))));
    }
    return rounds;
  }

  private static List<KillPoint> part(List<KillPoint> all, int from, int most) {
    int begin = Math.min(from, all.size());
    return all.subList(begin, Math.min(all.size(), begin + most));
  }

  private static List<KillPoint> ofCommands(KillStory story) {
    List<KillPoint> points = new ArrayList<>();
    List<String> given = commands.get(story);
    Map<String, Integer> met = new HashMap<>();
    for (String command : given) {
      int occurrence = met.merge(command, 1, Integer::sum);
      boolean isFirstOrLast =
          occurrence == 1 || occurrence == Collections.frequency(given, command);
      boolean isWorthARound = !EXCLUSIVE.contains(command) || FORTH_AND_BACK.contains(story);
      if (EVERYWHERE || (isFirstOrLast && isWorthARound)) {
        points.add(KillPoint.command(story, command, occurrence));
      }
    }
    return points;
  }

  private static List<KillPoint> ofSteps(KillStory story) {
    List<KillPoint> points = new ArrayList<>();
    boolean back = false;
    for (String step : steps.get(story)) {
      points.addAll(KillPoint.of(story, step, back));
      back |= story.goesBack() && step.equals(KillEverywhereTest.LAST_BEFORE_BACK);
    }
    return points;
  }

  @ParameterizedTest(name = "round {index}")
  @MethodSource("rounds")
  void killed(Round round) throws Exception {
    System.out.println("killed at " + round);
    List<List<KilledPlace>> turns = new ArrayList<>();
    for (List<KillPoint> points : round.turns()) {
      turns.add(rig.prepare(points));
    }
    turns.forEach(rig::catchWhoComes);
    List<KilledPlace> all = turns.stream().flatMap(List::stream).toList();

    rig.crashDeployer(all);

    ends.require(all, true);
  }
}
