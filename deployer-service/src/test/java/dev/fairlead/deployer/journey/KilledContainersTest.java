package dev.fairlead.deployer.journey;

import static dev.fairlead.deployer.journey.KillStory.CANARY;
import static dev.fairlead.deployer.journey.KillStory.CANARY_BACK;
import static dev.fairlead.deployer.journey.KillStory.FIRST_BACK;
import static dev.fairlead.deployer.journey.KillStory.STANDSTILL;
import static dev.fairlead.deployer.journey.KillStory.STANDSTILL_BACK;
import static dev.fairlead.deployer.journey.Snares.Moment.IN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The places in which a deployment of containers is most in danger; all of them: {@link
 * KillContainersEverywhereTest}.
 */
@DisplayName("When the deployer is killed, deployments of containers end as if nothing had been:")
@InSecondLane
class KilledContainersTest {

  private static final List<KillPoint> FEW =
      List.of(KillPoint.command(CANARY, "POST build", 1), new KillPoint(CANARY, "traffic-1", IN));

  private static final List<KillPoint> POINTS =
      List.of(
          KillPoint.command(CANARY, "POST build", 1),
          new KillPoint(CANARY, "traffic-1", IN),
          KillPoint.command(CANARY, "DELETE images", 1),
          new KillPoint(STANDSTILL, "migrate-main", IN),
          KillPoint.command(CANARY_BACK, "POST containers/stop", 1),
          new KillPoint(STANDSTILL_BACK, "back-start-old", IN));

  /** Caught when the others are, since instances share locks. */
  private static final List<KillPoint> LOCKING =
      List.of(
          KillPoint.command(CANARY, "PUT containers/archive", 1),
          KillPoint.command(FIRST_BACK, "DELETE containers", 1));

  /** While it is held nobody else can start anything on the engine. */
  private static final List<KillPoint> LAST =
      List.of(KillPoint.command(CANARY, "POST containers/create", 1));

  @Test
  @DisplayName("each with its release, its secrets and its images, and nothing else")
  void few(@TempDir Path folder) throws Exception {
    kill(folder, List.of(FEW));
  }

  @Test
  @Tag("long")
  @DisplayName("also on their way back, in a migration and while others are kept from starting")
  void more(@TempDir Path folder) throws Exception {
    kill(folder, List.of(POINTS, LOCKING, LAST));
  }

  /**
   * @param turns of the first all have to be caught
   */
  private static void kill(Path folder, List<List<KillPoint>> turns) throws Exception {
    Neighbours.require("pg_dump", "psql", "busybox", "docker");
    try (KillRig rig = new KillRig(folder, ContainerGround::new)) {
      List<List<KilledPlace>> places = new ArrayList<>();
      for (List<KillPoint> points : turns) {
        places.add(rig.prepare(points));
      }
      places.forEach(rig::catchWhoComes);
      assertThat(places.getFirst()).allMatch(KilledPlace::isCaught);
      List<KilledPlace> all = places.stream().flatMap(List::stream).toList();

      rig.crashDeployer(all);

      new KillEnds(rig, Map.of()).require(all, true);
    }
  }
}
