package dev.fairlead.cli.deployment;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.service.ServiceClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Follows a deployment, a line for each step, and turns how it ended into an exit code. */
final class DeploymentWatch {

  private static final int LOOK_EVERY_MILLIS = 400;

  /** So many looks see a step before it is told that it is under way: two seconds. */
  private static final int LONG_STEP = 5;

  private final ServiceClient deployer;
  private final Output output;
  private int stepsShown;
  private String currentStep = "";
  private int looksAtStep;
  private String shownNews = "";

  DeploymentWatch(ServiceClient deployer, Output output) {
    this.deployer = deployer;
    this.output = output;
  }

  /**
   * Shows each step as it ends, and at last how the deployment ended.
   *
   * @return how it ended, or what exhausted the patience; the deployment goes on nevertheless
   */
  Exit watch(String id, Patience patience) throws InterruptedException {
    return watch(id, patience, DeploymentWatch::endOf);
  }

  /** Likewise one that is turned back: its end is what was wanted. */
  Exit watchTurningBack(String id, Patience patience) throws InterruptedException {
    return watch(id, patience, DeploymentWatch::endOfTurningBack);
  }

  private Exit watch(String id, Patience patience, Function<Json, Optional<Exit>> endOf)
      throws InterruptedException {
    long begun = System.nanoTime();
    long heard = begun;
    while (true) {
      Optional<Json> seen = look(id);
      if (seen.isPresent()) {
        Json deployment = seen.get();
        heard = System.nanoTime();
        showNews(deployment);
        Optional<Exit> end = endOf.apply(deployment);
        if (end.isPresent()) {
          conclude(deployment);
          return end.get();
        }
      }
      Optional<Exit> exhausted = patience.exhausted(since(begun), since(heard));
      if (exhausted.isPresent()) {
        output.note(
            "%s. Follow it with: fairlead deployments show %s --watch"
                .formatted(
                    exhausted.get() == Exit.TIMED_OUT
                        ? "still under way; it goes on"
                        : "the deployer has not answered for %d min; how it goes on is not known"
                            .formatted(Patience.LONGEST_SILENCE.toMinutes()),
                    id));
        return exhausted.get();
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  /** A deployer that restarts in the middle resumes the deployment; so does the watch. */
  private Optional<Json> look(String id) {
    try {
      return Optional.of(ApplicationCommands.find(deployer, id));
    } catch (Failure e) {
      if (e.exit() != Exit.UNREACHABLE) {
        throw e;
      }
      if (!shownNews.equals("unreachable")) {
        output.note(output.warning("the deployer does not answer; waiting for it"));
        shownNews = "unreachable";
      }
      return Optional.empty();
    }
  }

  private static Optional<Exit> endOf(Json deployment) {
    return switch (stateOf(deployment)) {
      case "succeeded" -> Optional.of(Exit.OK);
      case "rolled-back" -> Optional.of(Exit.ROLLED_BACK);
      case "rejected" -> Optional.of(Exit.BLOCKED);
      case "failed" -> Optional.of(deployment.isTrue("blocked") ? Exit.BLOCKED : Exit.FAILED);
      case "cancelled", "rollback-failed" -> Optional.of(Exit.FAILED);
      default -> Optional.empty();
    };
  }

  static Optional<Exit> endOfTurningBack(Json deployment) {
    return switch (stateOf(deployment)) {
      case "cancelled", "rolled-back", "failed" -> Optional.of(Exit.OK);
      default -> endOf(deployment);
    };
  }

  static String stateOf(Json deployment) {
    return deployment.text("state").toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void showNews(Json deployment) {
    List<Json> steps = deployment.at("steps").elements();
    for (Json step : steps.subList(Math.min(stepsShown, steps.size()), steps.size())) {
      output.note(stepLine(step));
    }
    stepsShown = steps.size();
    String news = news(deployment);
    if (!news.isEmpty() && !news.equals(shownNews)) {
      output.note(news);
    }
    shownNews = news;
    showLongStep(deployment);
  }

  /** What its state says beyond the steps; told again when it is another one. */
  private String news(Json deployment) {
    return switch (stateOf(deployment)) {
      case "queued" -> queued(deployment);
      case "awaiting-approval" -> awaitingApproval(deployment);
      case "held" ->
          "held, nobody can tell: %s; fairlead deployments continue %s%s, or abort%s"
              .formatted(
                  deployment.text("reason"),
                  deployment.text("deployment"),
                  deployer.as("approver"),
                  until(deployment));
      case "rolling-back" -> output.bad("rolling back: ") + deployment.text("reason");
      default -> "";
    };
  }

  /** Nothing in the moment before anybody has counted. */
  private static String queued(Json deployment) {
    String first =
        deployment.find("waitingFor").map("; first comes deployment "::concat).orElse("");
    return deployment
        .find("position")
        .map(position -> "queued, position " + position + first)
        .orElse("");
  }

  private String awaitingApproval(Json deployment) {
    List<String> lines = new ArrayList<>();
    Outlook.foreseen(deployment).forEach(risk -> lines.add(output.warning(risk)));
    deployment.find("reason").ifPresent(lines::add);
    lines.add(
        "waits for approval: fairlead approve %s%s%s%s"
            .formatted(
                deployment.text("deployment"),
                deployer.as("approver"),
                until(deployment),
                deployment.find("approvedBy").map("; has approved: "::concat).orElse("")));
    return String.join("\n", lines);
  }

  /** Absent with an older deployer. */
  private static String until(Json deployment) {
    return deployment.find("approvalExpiresAt").map("; open until "::concat).orElse("");
  }

  /** Steps are told when they end; one that takes its time, before. */
  private void showLongStep(Json deployment) {
    String step = currentStep(deployment).orElse("");
    looksAtStep = step.equals(currentStep) ? looksAtStep + 1 : 1;
    currentStep = step;
    if (!step.isEmpty() && looksAtStep == LONG_STEP) {
      output.note(output.faint("  %s is under way".formatted(step)));
    }
  }

  /** Of one that is undone the phase is where it failed, not where the step belongs. */
  private static Optional<String> currentStep(Json deployment) {
    String phase =
        stateOf(deployment).equals("rolling-back")
            ? ""
            : deployment.find("phase").map(name -> name + " ").orElse("");
    return deployment.find("step").map(phase::concat);
  }

  private String stepLine(Json step) {
    String outcome = step.text("outcome").toLowerCase(Locale.ROOT);
    String sign =
        switch (outcome) {
          case "succeeded", "passed", "done", "ok", "completed" -> output.good("✓");
          case "failed" -> output.bad("✗");
          default -> "·";
        };
    String millis = step.find("durationMillis").map(ms -> ms + " ms").orElse("");
    return "%s %-10s %-26s %8s  %s"
        .formatted(
            sign,
            step.text("phase"),
            step.text("name"),
            millis,
            Output.indented(step.text("detail"), 4))
        .stripTrailing();
  }

  private void conclude(Json deployment) {
    if (output.json()) {
      output.document(deployment);
      return;
    }
    output.line(
        "%s: %s".formatted(DeploymentCommands.what(deployment), output.state(stateOf(deployment))));
    explain(deployment);
  }

  private void explain(Json deployment) {
    deployment.find("reason").ifPresent(reason -> output.line("  " + Output.indented(reason, 4)));
    deployment.find("advice").ifPresent(advice -> output.line("  → " + Output.indented(advice, 4)));
  }

  /** Everything about it, once. */
  void print(Json deployment) {
    if (output.json()) {
      output.document(deployment);
      return;
    }
    output.field("deployment", output.strong(deployment.text("deployment")));
    output.field("what", DeploymentCommands.what(deployment));
    show(deployment, "before", "previousVersion");
    output.field("state", output.state(stateOf(deployment)));
    show(deployment, "position", "position");
    show(deployment, "behind", "waitingFor");
    currentStep(deployment).ifPresent(step -> output.field("now", step));
    deployment
        .find("approvalExpiresAt")
        .ifPresent(until -> output.field("open", "for an answer until " + until));
    showApprovals(deployment);
    deployment.find("requestedBy").ifPresent(by -> output.field("requested", "by " + by));
    show(deployment, "commit", "commit");
    show(deployment, "message", "message");
    show(deployment, "author", "author");
    show(deployment, "started", "startedAt");
    show(deployment, "ended", "endedAt");
    show(deployment, "plan", "planHash");
    explain(deployment);
    Outlook.foreseen(deployment).forEach(risk -> output.field("data", risk));
    deployment.at("steps").elements().forEach(step -> output.line(stepLine(step)));
  }

  private void show(Json deployment, String name, String member) {
    deployment.find(member).ifPresent(value -> output.field(name, value));
  }

  /** An older deployer tells only who was the first of two. */
  private void showApprovals(Json deployment) {
    for (Json approval : deployment.at("approvals").elements()) {
      output.field(
          "approved",
          "by %s at %s%s"
              .formatted(
                  approval.text("approvedBy"),
                  approval.text("approvedAt"),
                  approval.find("comment").map(": "::concat).orElse("")));
    }
    deployment
        .find("approvedBy")
        .ifPresent(by -> output.field("approved", "by %s; a second person has to".formatted(by)));
  }
}
