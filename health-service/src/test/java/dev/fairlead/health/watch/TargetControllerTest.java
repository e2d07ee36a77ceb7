package dev.fairlead.health.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.health.target.Target;
import dev.fairlead.health.verdict.Standing;
import dev.fairlead.health.verdict.Verdict;
import dev.fairlead.health.verdict.VerdictState;
import dev.fairlead.health.verdict.VerdictState.Blindness;
import dev.fairlead.health.verdict.Verdicts;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is told of a target")
class TargetControllerTest {

  private static final Instant NOW = Instant.parse("2026-11-29T18:00:00Z");
  private static final Standing UNPROVEN = new Standing.Unproven(NOW);
  private static final Standing DEGRADED =
      new Standing.Degraded(NOW, IncidentId.random(), NOW, 0, "status 503");
  private static final Blindness BLIND = new Blindness(NOW, "no network");

  @Test
  @DisplayName("is that its place was not deployed yet, while nothing else is known of it")
  void notDeployedYet() {
    assertThat(summary(false, UNPROVEN, null))
        .returns(true, TargetController.Summary::notDeployedYet)
        .returns("not deployed yet", TargetController.Summary::lastReason);
    assertThat(summary(true, UNPROVEN, null).notDeployedYet()).isFalse();
  }

  @Test
  @DisplayName("is what the prober suffers from, of a place that was not deployed as of others")
  void blind() {
    for (Standing standing : List.of(UNPROVEN, DEGRADED)) {
      assertThat(summary(false, standing, BLIND))
          .returns(Verdict.UNKNOWN, TargetController.Summary::verdict)
          .returns(false, TargetController.Summary::notDeployedYet)
          .returns("no network", TargetController.Summary::lastReason);
    }
  }

  @Test
  @DisplayName("is what its probe saw once it was up, before its first deployment succeeded")
  void degraded() {
    assertThat(summary(false, DEGRADED, null))
        .returns(false, TargetController.Summary::notDeployedYet)
        .returns("status 503", TargetController.Summary::lastReason);
  }

  private static TargetController.Summary summary(
      boolean expectedUp, Standing standing, @Nullable Blindness blindness) {
    HealthTarget settings =
        new HealthTarget(
            new TargetId("early/production/http"),
            ProbeKind.HTTP,
            "http://localhost:1/health",
            5,
            900,
            null,
            null,
            null,
            null,
            null,
            Severity.CRITICAL,
            2,
            120,
            2);
    VerdictState state = new VerdictState(standing, List.of(), 0, blindness, List.of(), NOW);
    return TargetController.summary(
        new Watched(
            new Target(settings, Place.of("early", "production"), expectedUp),
            new Verdicts.Saved(state, 1)));
  }
}
