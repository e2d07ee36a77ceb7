package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.events.DeploymentId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Going back")
class StandingTest {

  private static final Plan PLAN = plan(spec(), 1, true);

  private final List<Release> newestFirst = new ArrayList<>();
  private final Map<DeploymentId, DeploymentId> targets = new HashMap<>();

  @Test
  @DisplayName("twice goes back twice, and never to the release that was just left")
  void twice() {
    Release first = deployed();
    Release second = deployed();
    deployed();
    Release backToSecond = rolledBackTo(second);
    assertThat(standing()).containsExactly(first, backToSecond);

    Release backToFirst = rolledBackTo(first);
    assertThat(standing()).containsExactly(backToFirst);
  }

  @Test
  @DisplayName("and deploying forward makes what serves then the one to return to")
  void forward() {
    Release first = deployed();
    deployed();
    Release back = rolledBackTo(first);
    Release fixed = deployed();
    assertThat(standing()).containsExactly(back, fixed);

    deployed();
    Release again = rolledBackTo(fixed);
    assertThat(standing()).containsExactly(back, again);
  }

  @Test
  @DisplayName("to a release by the deployment that first brought it leaves all after it behind")
  void byItsFirstName() {
    Release first = deployed();
    Release second = deployed();
    rolledBackTo(first);
    deployed();
    Release back = rolledBackTo(first);
    assertThat(standing()).containsExactly(back);
    assertThat(standing()).doesNotContain(second);
  }

  @Test
  @DisplayName("to a release too old to be listed leaves the listed ones as they are")
  void forgotten() {
    Release first = deployed();
    Release forgotten = Release.of(DeploymentId.random(), PLAN, ALICE, null, List.of(), NOON);
    Release back = rolledBackTo(forgotten);
    assertThat(standing()).containsExactly(first, back);
  }

  private List<Release> standing() {
    return Standing.of(newestFirst, id -> Optional.ofNullable(targets.get(id)));
  }

  private Release deployed() {
    Release release = Release.of(DeploymentId.random(), PLAN, ALICE, null, List.of(), NOON);
    newestFirst.addFirst(release);
    return release;
  }

  private Release rolledBackTo(Release target) {
    Release release = deployed();
    targets.put(release.id(), target.id());
    return release;
  }
}
