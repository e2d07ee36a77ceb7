package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.rollbackTo;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Further back than to what was just gone back to")
class LastTurnTest {

  private static final Version FURTHER = new Version("0");

  private final Script script = new Script().planned(plan(spec(), 1, true)).turnCame();

  @Test
  @DisplayName("goes for some minutes only whoever names the version")
  void justNow() {
    script.until(Work.Bake.class).fact(new Fact.CancelRequested(BOB, null));
    while (script.deployment().state() instanceof DeploymentState.RollingBack) {
      script.stepSucceeds();
    }
    LastTurn last = new LastTurn(script.deployment());

    assertThatThrownBy(() -> last.requireCertain(FURTHER, script.now().plusSeconds(20)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refused -> {
              assertThat(refused.code()).isEqualTo("just-turned-back");
              assertThat(refused).hasMessageContaining("was turned back 20 s ago");
              assertThat(refused.advice())
                  .endsWith("fairlead rollback orders --environment staging --to 0");
            });
    last.requireCertain(FURTHER, script.now().plus(Duration.ofMinutes(5)));
  }

  @Test
  @DisplayName("goes nobody else while the rollback that was given up waits for a person")
  void givenUp() {
    script.until(Work.Bake.class).fact(new Fact.CancelRequested(BOB, null));
    while (script.deployment().state() instanceof DeploymentState.RollingBack) {
      script.passes(Duration.ofMinutes(1)).fails("the router is away");
    }

    assertThatThrownBy(
            () ->
                new LastTurn(script.deployment())
                    .requireCertain(FURTHER, script.now().plus(Duration.ofDays(1))))
        .isInstanceOfSatisfying(
            Refusal.class,
            refused ->
                assertThat(refused.advice())
                    .startsWith(
                        "begin again with: fairlead deployments undo " + script.deployment().id()));
  }

  @Test
  @DisplayName("goes everybody when something has succeeded since, or nothing was begun")
  void last() {
    script.until(Work.Bake.class).fact(new Fact.CancelRequested(BOB, null));
    while (script.deployment().state() instanceof DeploymentState.RollingBack) {
      script.stepSucceeds();
    }
    Script later = new Script(rollbackTo("1", NOON)).passes(Duration.ofHours(1));
    later.planned(plan(spec(), 1, true)).turnCame().until(Work.Bake.class);
    later.stepSucceeds().stepSucceeds();
    Deployment waiting =
        new Script()
            .passes(Duration.ofHours(2))
            .planned(plan(spec(), 1, true))
            .fact(new Fact.CancelRequested(BOB, null))
            .deployment();

    assertThat(LastTurn.of(List.of(script.deployment(), later.deployment(), waiting)))
        .contains(new LastTurn(later.deployment()));
    new LastTurn(later.deployment()).requireCertain(FURTHER, later.now());
    assertThat(LastTurn.of(List.of(waiting))).isEmpty();
  }
}
