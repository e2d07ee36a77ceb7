package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Side;
import dev.fairlead.deployer.plan.Step;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.RollbackScope;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("From every step of every plan there is a way back")
class RollbackTest {

  private static final int WANTED = 3;
  private static final Set<RollbackScope> RESTORING =
      EnumSet.of(RollbackScope.DATABASE, RollbackScope.FULL);

  record Case(String strategy, int before, boolean compatible) {

    Plan planned() {
      return plan(
          spec("replicas: " + WANTED, "strategy: " + strategy),
          before == 0 ? null : before,
          compatible);
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
            "{rolling: {batch: 1}}",
            "{rolling: {batch: 50%}}",
            "{blue-green: {}}",
            "{canary: {steps: [{weight: 5%}, {weight: 40%}]}}",
            "{recreate: {}}")
        .flatMap(
            strategy ->
                Stream.of(0, 1, 3, 5)
                    .flatMap(
                        before ->
                            Stream.of(true, false)
                                .map(compatible -> new Case(strategy, before, compatible))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @DisplayName("on which enough serve or wait, and that ends where the deployment began")
  void back(Case given) {
    Plan plan = given.planned();
    for (int begun = 0; begun <= plan.steps().size(); begun++) {
      World world = new World(given, plan);
      for (Step step : plan.steps().subList(0, begun)) {
        world.see(step.work(), step.name());
      }
      Rollback rollback = Rollback.of(plan, begun, false);
      for (Step step : rollback.steps()) {
        world.see(step.work(), "back from %d: %s".formatted(begun, step.name()));
      }
      world.requireAsBefore("back from " + begun);
      assertThat(RESTORING.contains(rollback.scope())).isEqualTo(world.restored);
    }
  }

  /** Who runs and serves, what the database holds; checks itself after every step. */
  private static final class World {

    private final Case given;
    private final Plan plan;
    private final Set<Integer> newRunning = new HashSet<>();
    private final Set<Integer> oldRunning;
    private int newServing;
    private int oldServing;
    private boolean held;
    private boolean migrated;
    private boolean restored;

    World(Case given, Plan plan) {
      this.given = given;
      this.plan = plan;
      this.oldRunning = numbers(1, given.before());
      this.oldServing = given.before();
    }

    void see(Work work, String at) {
      switch (work) {
        case Work.Start(Side side, int first, int last) -> of(side).addAll(numbers(first, last));
        case Work.Stop(Side side, int first, int last) -> of(side).removeAll(numbers(first, last));
        case Work.ShiftTraffic(int newInstances, int oldFrom, Integer _) -> {
          newServing = newInstances;
          oldServing = Math.max(0, given.before() - oldFrom + 1);
        }
        case Work.HoldTraffic() -> held = true;
        case Work.ReleaseTraffic() -> held = false;
        case Work.Migrate(DatabaseId _) -> migrated = true;
        case Work.RestoreDatabase(DatabaseId _) -> {
          migrated = false;
          restored = true;
          assertThat(newServing + oldServing).as("%s: nobody writes meanwhile", at).isZero();
        }
        default -> {}
      }
      requireServed(at);
    }

    private void requireServed(String at) {
      assertThat(newRunning).as(at).containsAll(numbers(1, newServing));
      assertThat(oldRunning.size()).as(at).isGreaterThanOrEqualTo(oldServing);
      boolean first = given.before() == 0;
      assertThat(first || held || newServing + oldServing >= Math.min(given.before(), WANTED))
          .as("%s: enough serve", at)
          .isTrue();
      if (!held && !first && migrated && !given.compatible()) {
        assertThat(oldServing).as("%s: old code, new schema", at).isZero();
      }
      if (plan.spec().strategy().exclusive()) {
        assertThat(newRunning.isEmpty() || oldRunning.isEmpty()).as(at).isTrue();
      }
    }

    void requireAsBefore(String at) {
      assertThat(newRunning).as(at).isEmpty();
      assertThat(newServing).as(at).isZero();
      assertThat(oldRunning).as(at).isEqualTo(numbers(1, given.before()));
      assertThat(oldServing).as(at).isEqualTo(given.before());
      assertThat(held).as(at).isFalse();
      assertThat(migrated && !given.compatible()).as(at).isFalse();
    }

    private Set<Integer> of(Side side) {
      return side == Side.NEW ? newRunning : oldRunning;
    }
  }

  private static Set<Integer> numbers(int first, int last) {
    Set<Integer> numbers = new HashSet<>();
    IntStream.rangeClosed(first, last).forEach(numbers::add);
    return numbers;
  }
}
