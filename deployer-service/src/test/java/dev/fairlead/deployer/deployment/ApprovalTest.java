package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.DATABASE;
import static dev.fairlead.deployer.Samples.FORMER;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.requestOf;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.deployment.DeploymentState.AwaitingApproval;
import dev.fairlead.deployer.deployment.DeploymentState.Planning;
import dev.fairlead.deployer.deployment.DeploymentState.Queued;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.Actor;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentEvent.Approval;
import dev.fairlead.events.DeploymentEvent.ApprovalRequested;
import dev.fairlead.events.DeploymentEvent.DeployApproved;
import dev.fairlead.events.PlanHash;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/** Alice asks; the manifest says that a person other than the requester has to agree. */
@DisplayName("An approval")
class ApprovalTest {

  private static final Actor CAROL = new Actor("carol");
  private static final PlanHash OTHER = new PlanHash("sha256:" + "0".repeat(64));
  private static final Plan PLAN = plan(spec("approval: required"), 1, true);
  private static final PlanHash REBUILT = withDigest("b").hash();
  private static final PlanHash MORE = withMigration().hash();
  private static final PlanHash RECONFIGURED = withConfiguration().hash();
  private static final Duration DAY = Duration.ofDays(1);
  private static final Releases UNASKED =
      new Releases(JdbcClient.create(new SimpleDriverDataSource()));

  private static Plan withDigest(String digit) {
    return Plan.of(
        request(),
        PLAN.spec(),
        PLAN.artifact(),
        new ArtifactDigest("sha256:" + digit.repeat(64)),
        PLAN.commit(),
        PLAN.previous(),
        PLAN.decisions(),
        PLAN.migrations(),
        Path.of("/srv/orders"));
  }

  private static Plan withMigration() {
    List<PlannedMigration> migrations = new ArrayList<>(PLAN.migrations());
    migrations.add(new PlannedMigration(DATABASE, "V3__more.sql", true, "cd".repeat(32)));
    return Plan.of(
        request(),
        PLAN.spec(),
        PLAN.artifact(),
        PLAN.digest(),
        PLAN.commit(),
        PLAN.previous(),
        PLAN.decisions(),
        migrations,
        Path.of("/srv/orders"));
  }

  private static Plan withConfiguration() {
    return plan(spec("approval: required", "environment: {LEVEL: debug}"), 1, true);
  }

  /** Every way to get past the question that we could think of, and what becomes of it. */
  static Stream<Attempt> attempts() {
    List<Attempt> attempts = new ArrayList<>();
    for (Origin origin : Origin.values()) {
      attempts.add(new Attempt("the requester", origin, Duration.ZERO, PLAN.hash(), ALICE));
      attempts.add(
          new Attempt("the requester twice", origin, Duration.ZERO, PLAN.hash(), ALICE, ALICE));
      attempts.add(new Attempt("another plan", origin, Duration.ZERO, OTHER, BOB));
      attempts.add(new Attempt("two of another plan", origin, Duration.ZERO, OTHER, BOB, CAROL));
      attempts.add(
          new Attempt(
              "the same plan of another artifact", origin, Duration.ZERO, REBUILT, BOB, CAROL));
      attempts.add(
          new Attempt("the plan with one migration more", origin, Duration.ZERO, MORE, BOB, CAROL));
      attempts.add(
          new Attempt(
              "the plan with another configuration",
              origin,
              Duration.ZERO,
              RECONFIGURED,
              BOB,
              CAROL));
      attempts.add(new Attempt("the last moment", origin, DAY, PLAN.hash(), BOB));
      attempts.add(new Attempt("two at the last moment", origin, DAY, PLAN.hash(), BOB, CAROL));
      attempts.add(new Attempt("a year later", origin, Duration.ofDays(365), PLAN.hash(), BOB));
    }
    for (Origin origin :
        List.of(Origin.EVENT, Origin.EVENT_IN_HER_NAME, Origin.EVENT_IN_ANOTHER_NAME)) {
      attempts.add(new Attempt("a single person", origin, Duration.ZERO, PLAN.hash(), BOB));
      attempts.add(new Attempt("one person twice", origin, Duration.ZERO, PLAN.hash(), BOB, BOB));
    }
    attempts.add(
        new Attempt(
            "the one it claims to be from, and another",
            Origin.EVENT_IN_ANOTHER_NAME,
            Duration.ZERO,
            PLAN.hash(),
            BOB,
            CAROL));
    return attempts.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attempts")
  @DisplayName("does not come about by")
  void refused(Attempt attempt) {
    Deployment deployment = asked(attempt.origin());

    for (Actor by : attempt.approvers()) {
      deployment =
          approvedUnlessRefused(deployment, attempt.plan(), by, NOON.plus(attempt.after()));
    }

    assertThat(deployment.state()).isInstanceOf(AwaitingApproval.class);
  }

  @Test
  @DisplayName("by another person lets the deployment go on, and is told")
  void approved() {
    Decision decision =
        asked(Origin.TOKEN).on(new Fact.Approved(PLAN.hash(), BOB, "looks good"), NOON);

    assertThat(decision.next().state()).isEqualTo(new Queued(PLAN.hash(), NOON.plus(DAY), 0));
    assertThat(decision.events())
        .singleElement()
        .isInstanceOfSatisfying(
            DeployApproved.class,
            told ->
                assertThat(told.approvals())
                    .containsExactly(new Approval(BOB, NOON, "looks good")));
  }

  @Test
  @DisplayName("of what an event asked for takes two persons, because one may be who sent it")
  void twoPersons() {
    Decision first = asked(Origin.EVENT).on(new Fact.Approved(PLAN.hash(), BOB, "fine"), NOON);
    assertThat(first.next().state()).isEqualTo(new AwaitingApproval(NOON.plus(DAY), BOB));
    assertThat(first.events()).isEmpty();
    assertThatThrownBy(() -> first.next().on(new Fact.Approved(PLAN.hash(), BOB, null), NOON))
        .hasMessageContaining("bob has approved it already");

    Instant later = NOON.plusSeconds(60);
    Decision second = first.next().on(new Fact.Approved(PLAN.hash(), CAROL, "for me, too"), later);
    assertThat(second.next().state()).isInstanceOf(Queued.class);
    List<Approval> both =
        List.of(new Approval(BOB, NOON, "fine"), new Approval(CAROL, later, "for me, too"));
    assertThat(second.events())
        .singleElement()
        .isInstanceOfSatisfying(
            DeployApproved.class, told -> assertThat(told.approvals()).isEqualTo(both));
    assertThat(second.next().in(new DeploymentState.Succeeded()).approvals()).isEqualTo(both);
    assertThat(DeploymentView.of(second.next()).approvals()).isEqualTo(both);
    assertThat(new Sides(UNASKED, Clock.systemUTC()).planned(second.next()).approvals())
        .isEqualTo(both);
  }

  @Test
  @DisplayName("is asked for anew when the deployment's turn comes too late")
  void expires() {
    Deployment queued =
        asked(Origin.TOKEN).on(new Fact.Approved(PLAN.hash(), BOB, null), NOON).next();

    Decision late = queued.on(new Fact.TurnCame(FORMER), NOON.plus(DAY));
    assertThat(late.next().state()).isEqualTo(new Planning(null, null));
    Decision again = late.next().on(new Fact.Planned(PLAN), NOON.plus(DAY));
    assertThat(again.next().state()).isInstanceOf(AwaitingApproval.class);
    assertThat(again.next().approvals()).isEmpty();
    assertThat(again.events()).hasAtLeastOneElementOfType(ApprovalRequested.class);

    assertThat(queued.on(new Fact.TurnCame(FORMER), NOON.plus(DAY).minusMillis(1)).next().state())
        .isInstanceOf(DeploymentState.Running.class);
  }

  @Test
  @DisplayName("holds for the plan that was looked at, not for the one that is made afterwards")
  void planChanges() {
    Deployment queued =
        asked(Origin.TOKEN).on(new Fact.Approved(PLAN.hash(), BOB, null), NOON).next();
    Deployment planning = queued.on(new Fact.TurnCame(null), NOON).next();
    assertThat(planning.state()).isEqualTo(new Planning(PLAN.hash(), NOON.plus(DAY)));

    Plan other = plan(spec("approval: required", "replicas: 5"), null, true);
    assertThat(planning.on(new Fact.Planned(other), NOON).next().state())
        .isInstanceOf(AwaitingApproval.class);
    Deployment same = planning.on(new Fact.Planned(PLAN), NOON).next();
    assertThat(same.state()).isInstanceOf(Queued.class);
    assertThat(same.approvals()).containsExactly(new Approval(BOB, NOON, null));
  }

  @Test
  @DisplayName("is too early before there is a plan, and too late once it runs")
  void wrongMoment() {
    Fact approval = new Fact.Approved(PLAN.hash(), BOB, null);
    Deployment planning = Deployment.requested(request());
    Deployment queued = asked(Origin.TOKEN).on(approval, NOON).next();
    Deployment running = queued.on(new Fact.TurnCame(FORMER), NOON).next();

    for (Deployment deployment : List.of(planning, queued, running)) {
      assertThatThrownBy(() -> deployment.on(approval, NOON)).isInstanceOf(ApprovalRefused.class);
    }
  }

  @Test
  @DisplayName("is not used up by a rejection, an end or a new question: each wants its own")
  void replayed() {
    Fact approval = new Fact.Approved(PLAN.hash(), BOB, null);
    Deployment rejected = asked(Origin.TOKEN).on(new Fact.Rejected(CAROL, "no"), NOON).next();
    Deployment cancelled =
        asked(Origin.TOKEN).on(new Fact.CancelRequested(CAROL, null), NOON).next();
    Deployment expired = asked(Origin.TOKEN).on(new Fact.TimePassed(), NOON.plus(DAY)).next();

    for (Deployment ended : List.of(rejected, cancelled, expired)) {
      assertThat(ended.state().ended()).isTrue();
      assertThatThrownBy(() -> ended.on(approval, NOON)).isInstanceOf(ApprovalRefused.class);
    }
  }

  @Test
  @DisplayName("of a half-approved event counts no longer once the plan has changed")
  void halfApproved() {
    Deployment half =
        asked(Origin.EVENT).on(new Fact.Approved(PLAN.hash(), BOB, null), NOON).next();

    assertThatThrownBy(() -> half.on(new Fact.Approved(REBUILT, CAROL, null), NOON))
        .hasMessageContaining("but the plan is " + PLAN.hash());
    assertThat(half.on(new Fact.TimePassed(), NOON.plus(DAY)).next().state())
        .isInstanceOf(DeploymentState.Rejected.class);
  }

  /** How the request arrived. */
  enum Origin {
    TOKEN,
    EVENT,
    EVENT_IN_HER_NAME,
    EVENT_IN_ANOTHER_NAME
  }

  record Attempt(String how, Origin origin, Duration after, PlanHash plan, List<Actor> approvers) {

    Attempt(String how, Origin origin, Duration after, PlanHash plan, Actor... approvers) {
      this(how, origin, after, plan, List.of(approvers));
    }

    @Override
    public String toString() {
      return "%s, requested with %s".formatted(how, origin);
    }
  }

  private static Deployment approvedUnlessRefused(
      Deployment deployment, PlanHash plan, Actor by, Instant now) {
    try {
      return deployment.on(new Fact.Approved(plan, by, null), now).next();
    } catch (ApprovalRefused _) {
      return deployment;
    }
  }

  private static Deployment asked(Origin origin) {
    Request request =
        switch (origin) {
          case TOKEN -> requestOf(ALICE, null);
          case EVENT -> requestOf(Request.unknownRequester("ci"), null);
          case EVENT_IN_HER_NAME -> requestOf(Request.unknownRequester("ci"), ALICE);
          case EVENT_IN_ANOTHER_NAME -> requestOf(Request.unknownRequester("ci"), BOB);
        };
    return Deployment.requested(request).on(new Fact.Planned(PLAN), NOON).next();
  }
}
