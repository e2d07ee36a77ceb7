package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.rollbackTo;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.DeploymentId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Ahead of a deployment that waits")
class DeploymentQueueTest {

  private final Deployment waiting = queued(requestedAt(NOON.plusSeconds(1)));

  @Test
  @DisplayName("is whoever was asked for earlier, also while the plan of that is being made")
  void earlier() {
    Deployment planning = requestedAt(NOON);
    Deployment queued = queued(requestedAt(NOON));

    assertThat(DeploymentQueue.ahead(waiting, List.of(planning, queued)))
        .containsExactly(planning, queued);
  }

  @Test
  @DisplayName("is nobody who was asked for later, or waits for a person")
  void others() {
    Deployment later = requestedAt(NOON.plusSeconds(2));
    Deployment unapproved = planned(requestedAt(NOON), "approval: required");

    assertThat(unapproved.state()).isInstanceOf(DeploymentState.AwaitingApproval.class);
    assertThat(DeploymentQueue.ahead(waiting, List.of(later, unapproved))).isEmpty();
  }

  @Test
  @DisplayName("is superseded what brings an older version, but no removal; and by none either")
  void superseded() {
    Deployment older = newest(requestedAt(NOON));
    Deployment newer = newest(requestedAt(NOON.plusSeconds(2)));
    Deployment removal = newest(removalAt(NOON.plusSeconds(1)));

    assertThat(DeploymentQueue.superseded(newer, List.of(older, removal))).containsExactly(older);
    assertThat(DeploymentQueue.superseded(removal, List.of(older))).isEmpty();
  }

  @Test
  @DisplayName("is no version, nor a removal, of a rollback by hand; but an earlier rollback is")
  void rollback() {
    Deployment rollback = queued(rollbackAt(NOON.plusSeconds(2)));
    Deployment planning = requestedAt(NOON);
    Deployment removal = removalAt(NOON.plusSeconds(1));
    Deployment earlier = rollbackAt(NOON.plusSeconds(1));

    assertThat(DeploymentQueue.ahead(rollback, List.of(planning, waiting, removal))).isEmpty();
    assertThat(DeploymentQueue.ahead(rollback, List.of(planning, earlier)))
        .containsExactly(earlier);
  }

  @Test
  @DisplayName("is a rollback by hand of everything else, also while its plan is being made")
  void behindRollback() {
    Deployment rollback = rollbackAt(NOON.plusSeconds(3));
    Deployment earlier = queued(requestedAt(NOON));

    assertThat(DeploymentQueue.ahead(waiting, List.of(earlier, rollback)))
        .containsExactly(rollback, earlier);
    assertThat(DeploymentQueue.first(waiting, List.of(earlier, rollback))).contains(rollback);
    assertThat(DeploymentQueue.ahead(earlier, List.of(waiting, rollback)))
        .containsExactly(rollback);
  }

  private static Deployment newest(Deployment deployment) {
    return planned(deployment, "queue: newest");
  }

  private static Deployment removalAt(Instant time) {
    Request sample = request();
    return Deployment.requested(
        Request.toRemove(
            DeploymentId.random(),
            sample.place(),
            sample.version(),
            null,
            sample.requestedBy(),
            time));
  }

  private static Deployment requestedAt(Instant time) {
    Request sample = request();
    return Deployment.requested(
        new Request(
            DeploymentId.random(),
            sample.place(),
            sample.version(),
            null,
            null,
            List.of(),
            false,
            null,
            sample.requestedBy(),
            null,
            null,
            time,
            null));
  }

  private static Deployment rollbackAt(Instant time) {
    return Deployment.requested(rollbackTo("1", time));
  }

  private static Deployment queued(Deployment deployment) {
    return planned(deployment);
  }

  private static Deployment planned(Deployment deployment, String... extra) {
    return deployment.on(new Fact.Planned(plan(spec(extra), 1, true)), NOON).next();
  }
}
