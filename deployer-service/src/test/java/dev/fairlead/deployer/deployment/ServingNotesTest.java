package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.DEPLOYMENT;
import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.DeployerDatabase;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentEvent.Phase;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.Version;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One release serves; the deployment after it could not be undone. */
@DisplayName("A database that was left unrestored")
class ServingNotesTest {

  private static final Place PLACE = Place.of("orders", "staging");

  private JdbcClient database;
  private Releases releases;
  private ServingNotes notes;

  @BeforeEach
  void leaveUnrestored() {
    database = JdbcClient.create(DeployerDatabase.fresh("notes"));
    releases = new Releases(database);
    notes = new ServingNotes(releases);
    begun(FORMER);
    begun(DEPLOYMENT);
    database
        .sql("insert into place values ('orders', 'staging', ?)")
        .param(FORMER.value())
        .update();
    releases.leftUnrestored(PLACE, DEPLOYMENT);
  }

  private void begun(DeploymentId id) {
    database
        .sql(
            """
            insert into deployment
              (id, application, environment, version, state, active, ended, document, requested_at)
            values (?, 'orders', 'staging', '1', 'succeeded', false, true, '{}', now())
            """)
        .param(id.value())
        .update();
    database
        .sql(
            """
            insert into release (id, application, environment, version, document, recorded_at)
            values (?, 'orders', 'staging', '1', '{}', now())
            """)
        .param(id.value())
        .update();
  }

  @Test
  @DisplayName("still is when a removal has ended that left nothing to serve and routes")
  void removalEnded() {
    notes.take(stuckRemoval(), NOON);

    assertThat(releases.unrestored(PLACE)).contains(DEPLOYMENT);
    assertThat(serving()).isEmpty();
  }

  @Test
  @DisplayName("is not any more when that deployment is undone, and then the one before it serves")
  void undone() {
    notes.take(stuckRemoval(), NOON);

    notes.take(undone(2), NOON);

    assertThat(releases.unrestored(PLACE)).isEmpty();
    assertThat(serving()).contains(FORMER.value());
  }

  @Test
  @DisplayName("and undone gives back nothing where nothing had served")
  void nothingBefore() {
    notes.take(stuckRemoval(), NOON);

    notes.take(undone(null), NOON);

    assertThat(releases.unrestored(PLACE)).isEmpty();
    assertThat(serving()).isEmpty();
  }

  private Optional<UUID> serving() {
    return database
        .sql("select serving from place where serving is not null")
        .query(UUID.class)
        .optional();
  }

  private static Deployment undone(@Nullable Integer before) {
    return Deployment.requested(request())
        .on(new Fact.Planned(plan(spec(), before, false)), NOON)
        .next()
        .endedIn(new DeploymentState.RolledBack(Phase.PREPARE, "no room", null), NOON);
  }

  /** Two former routers: the first one has lost its route, the second one refuses. */
  private static Deployment stuckRemoval() {
    Version version = new Version("1");
    Plan plan =
        Plan.toRemove(
            spec(),
            version,
            new ArtifactDigest("sha256:" + "a".repeat(64)),
            null,
            List.of(RouterKind.EDGE, RouterKind.NGINX, RouterKind.HAPROXY));
    Script removal =
        new Script(Request.toRemove(DeploymentId.random(), PLACE, version, "no more", ALICE, NOON))
            .planned(plan)
            .turnCame();
    for (int step = 1; step < plan.steps().size(); step++) {
      removal.stepSucceeds();
    }
    Deployment stuck = removal.fails("haproxy is away").deployment();
    assertThat(stuck.state()).isInstanceOf(DeploymentState.Failed.class);
    return stuck;
  }
}
