package dev.fairlead.health.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.TargetId;
import dev.fairlead.health.probe.Finding;
import dev.fairlead.health.probe.ProbeResult;
import dev.fairlead.health.sample.Sample;
import dev.fairlead.health.sample.Samples;
import dev.fairlead.health.target.Target;
import dev.fairlead.health.verdict.Standing;
import dev.fairlead.health.verdict.Verdict;
import dev.fairlead.health.verdict.VerdictState;
import dev.fairlead.service.problem.Refusal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What is watched, and what is known of it. */
@RestController
@PreAuthorize("hasRole('VIEWER')")
class TargetController {

  private static final int MINUTES_SHOWN = 60;

  private final Watch watch;
  private final Samples samples;

  TargetController(Watch watch, Samples samples) {
    this.watch = watch;
    this.samples = samples;
  }

  /**
   * @param expectedUp false while its place was never deployed: then it is nobody's fault that
   *     nothing answers
   * @param notDeployedYet whether that is all there is to say: it was never up, and can be judged
   * @param lastReason of the latest failure, or why the verdict is unknown
   * @param latencyMillis of the latest probe
   */
  record Summary(
      TargetId target,
      @Nullable ApplicationName application,
      @Nullable EnvironmentName environment,
      ProbeKind probe,
      String address,
      Verdict verdict,
      boolean expectedUp,
      boolean notDeployedYet,
      Instant since,
      @Nullable String lastReason,
      @Nullable IncidentId incident,
      @Nullable Double latencyMillis) {}

  /**
   * @param outcome up, down or unclear
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Result(Instant at, String outcome, double latencyMillis, @Nullable String reason) {}

  /**
   * @param recent results, newest first
   * @param minutes of the last hour, newest first
   */
  record Details(
      Summary target,
      long everySeconds,
      long timeoutMillis,
      int failures,
      long windowSeconds,
      int recoverAfter,
      List<Result> recent,
      List<Sample> minutes) {}

  @GetMapping("/targets")
  List<Summary> targets() {
    return watch.all().stream().map(TargetController::summary).toList();
  }

  /** The id holds slashes, so it is the whole rest of the path. */
  @GetMapping("/targets/{*id}")
  Details target(@PathVariable String id) {
    Watched one = watch.find(targetId(id.substring(1))).orElseThrow(() -> unknown(id));
    var settings = one.target().settings();
    return new Details(
        summary(one),
        settings.everySeconds(),
        settings.timeoutMillis(),
        settings.failures(),
        settings.windowSeconds(),
        settings.recoverAfter(),
        one.recent().stream().map(TargetController::result).toList(),
        samples.latest(one.target().id(), MINUTES_SHOWN));
  }

  private static TargetId targetId(String id) {
    try {
      return new TargetId(id);
    } catch (IllegalArgumentException _) {
      throw unknown("/" + id);
    }
  }

  private static Refusal unknown(String id) {
    return new Refusal(
        HttpStatus.NOT_FOUND,
        "unknown-target",
        "there is no target '%s'".formatted(id.substring(1)),
        "fairlead health shows those that are watched (GET /targets)");
  }

  static Summary summary(Watched one) {
    Target target = one.target();
    VerdictState state = one.state();
    var place = target.place();
    return new Summary(
        target.id(),
        place == null ? null : place.application(),
        place == null ? null : place.environment(),
        target.settings().probe(),
        target.settings().address(),
        state.verdict(),
        target.expectedUp(),
        isNotDeployedYet(target, state),
        state.verdictSince(),
        lastReason(one, state),
        state.incident().orElse(null),
        one.latest().map(result -> millis(result)).orElse(null));
  }

  private static boolean isNotDeployedYet(Target target, VerdictState state) {
    return !target.expectedUp()
        && state.blindness() == null
        && state.standing() instanceof Standing.Unproven;
  }

  private static @Nullable String lastReason(Watched one, VerdictState state) {
    if (state.blindness() != null) {
      return state.blindness().reason();
    }
    if (isNotDeployedYet(one.target(), state)) {
      return "not deployed yet";
    }
    return switch (state.standing()) {
      case Standing.Degraded down -> down.reason();
      case Standing.Unproven _ ->
          one.latest().map(result -> reason(result)).orElse("not probed yet");
      case Standing.Healthy _ ->
          one.recent().stream()
              .map(TargetController::reason)
              .filter(reason -> reason != null)
              .findFirst()
              .orElse(null);
    };
  }

  private static Result result(ProbeResult result) {
    return new Result(result.at(), outcome(result.finding()), millis(result), reason(result));
  }

  private static String outcome(Finding finding) {
    return switch (finding) {
      case Finding.Up _ -> "up";
      case Finding.Down _ -> "down";
      case Finding.Unclear _ -> "unclear";
    };
  }

  private static @Nullable String reason(ProbeResult result) {
    return switch (result.finding()) {
      case Finding.Up _ -> null;
      case Finding.Down down -> down.reason();
      case Finding.Unclear unclear -> unclear.reason();
    };
  }

  private static double millis(ProbeResult result) {
    return Math.round(result.latency().toNanos() / 1e4) / 100.0;
  }
}
