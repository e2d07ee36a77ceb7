package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.rollbackTo;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.deployment.RollbackPath.Begin;
import dev.fairlead.deployer.deployment.RollbackPath.Blocked;
import dev.fairlead.deployer.deployment.RollbackPath.Join;
import dev.fairlead.deployer.deployment.RollbackPath.Undo;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Version 2 is brought after version 1. */
@DisplayName("Going back")
class RollbackPathTest {

  @Test
  @DisplayName("from a release that bakes, or is being brought, is to turn it back")
  void underWay() {
    Deployment baking = started(1).until(Work.Bake.class).deployment();
    Deployment starting = started(1).deployment();

    assertThat(path(null, baking)).isEqualTo(new Undo(baking));
    assertThat(path("1", baking)).isEqualTo(new Undo(baking));
    assertThat(path(null, starting)).isEqualTo(new Undo(starting));
  }

  @Test
  @DisplayName("from a release that is held is to turn it back, too")
  void held() {
    Script script = new Script();
    script.planned(plan(spec("verification: {when-inconclusive: hold}"), 1, true)).turnCame();
    Deployment held =
        script
            .until(Work.CheckTraffic.class)
            .ends(new StepResult.Inconclusive("no data"))
            .deployment();

    assertThat(held.state()).isInstanceOf(DeploymentState.Held.class);
    assertThat(path(null, held)).isEqualTo(new Undo(held));
  }

  @Test
  @DisplayName("to somewhere else has to wait until it is over, and is told how")
  void elsewhere() {
    Deployment baking = started(1).until(Work.Bake.class).deployment();

    assertThat(path("0", baking))
        .isInstanceOfSatisfying(
            Blocked.class,
            blocked -> {
              assertThat(blocked.refusal())
                  .hasMessageContaining("is under way, and goes back to version 1");
              assertThat(blocked.refusal().advice())
                  .contains("fairlead cancel " + baking.id())
                  .endsWith("fairlead rollback orders --environment staging --to 0");
            });
  }

  @Test
  @DisplayName("from the first release is a matter of cancelling it")
  void first() {
    Deployment first = started(null).deployment();

    assertThat(path(null, first))
        .isInstanceOfSatisfying(
            Blocked.class,
            blocked ->
                assertThat(blocked.refusal().advice())
                    .isEqualTo("stop it with: fairlead cancel " + first.id()));
  }

  @Test
  @DisplayName("goes no further back because it is asked for while it happens by itself")
  void goingBack() {
    Script script = started(1).until(Work.Bake.class);
    script.fact(new Fact.HealthDegraded("orders/staging/http", script.now(), "503"));
    Deployment goingBack = script.deployment();

    assertThat(goingBack.state()).isInstanceOf(DeploymentState.RollingBack.class);
    assertThat(path(null, goingBack)).isEqualTo(new Join(goingBack));
    assertThat(path("1", goingBack)).isEqualTo(new Join(goingBack));
    assertThat(path("0", goingBack)).as("afterwards").isEqualTo(new Begin());
  }

  @Test
  @DisplayName("is the rollback that somebody else has asked for, unless another version is named")
  void asked() {
    Deployment asked = Deployment.requested(rollbackTo("1", NOON));
    Deployment waiting = new Script().deployment();

    assertThat(path(null, waiting, asked)).isEqualTo(new Join(asked));
    assertThat(path("1", asked)).isEqualTo(new Join(asked));
    assertThat(path("0", asked)).isEqualTo(new Begin());
    Deployment further = Deployment.requested(rollbackTo("0", NOON.plusSeconds(1)));
    assertThat(path(null, asked, further)).isEqualTo(new Join(further));
    assertThat(path("1", asked, further)).as("forth again").isEqualTo(new Begin());
  }

  @Test
  @DisplayName("is a deployment of its own where nothing is under way, or a rollback fails")
  void ofItsOwn() {
    Script failing = new Script(rollbackTo("1", NOON));
    failing.planned(plan(spec(), 1, true)).turnCame().until(Work.Bake.class);
    failing.fact(new Fact.CancelRequested(BOB, null));
    Deployment waiting = new Script().planned(plan(spec(), 1, true)).deployment();

    assertThat(path(null)).isEqualTo(new Begin());
    assertThat(path(null, waiting)).isEqualTo(new Begin());
    assertThat(failing.deployment().state()).isInstanceOf(DeploymentState.RollingBack.class);
    assertThat(path(null, failing.deployment())).isEqualTo(new Begin());
  }

  private static RollbackPath path(@Nullable String to, Deployment... unfinished) {
    return RollbackPath.of(List.of(unfinished), to == null ? null : new Version(to));
  }

  private static Script started(@Nullable Integer before) {
    return new Script().planned(plan(spec(), before, true)).turnCame();
  }
}
