package dev.fairlead.cli.health;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** {@code health}: what the probes found; the exit code says whether all is well. */
public final class HealthCommand {

  private static final int LOOK_EVERY_MILLIS = 1_000;

  private HealthCommand() {}

  public static Command command() {
    return Command.verb("health", "Show what the probes found.", HealthCommand::run)
        .optionalArgument("APPLICATION", "Only targets of this one.")
        .flag("--verbose", "With addresses, latencies and incidents.")
        .asCaller()
        .watchable(
            "Wait until every target is healthy; for those not deployed yet no longer than 10 s"
                + " after all others are.")
        .example(
            "fairlead health",
            "Ends with 0 when every target that was deployed is healthy, with 1 otherwise.")
        .example("fairlead health orders --watch --timeout 60s", "Waits for orders to be well.");
  }

  private static Exit run(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient health = session.client(Service.HEALTH, arguments);
    long deadline =
        System.nanoTime() + arguments.duration("--timeout", Duration.ofMinutes(5)).toNanos();
    HealthWait wait = new HealthWait();
    List<Json> targets = targets(health, arguments);
    while (arguments.flag("--watch") && !wait.isOver(targets, System.nanoTime())) {
      if (System.nanoTime() > deadline) {
        print(session.output(), targets, arguments.flag("--verbose"));
        return Exit.TIMED_OUT;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
      targets = targets(health, arguments);
    }
    print(session.output(), targets, arguments.flag("--verbose"));
    return allWell(targets) ? Exit.OK : Exit.FAILED;
  }

  private static List<Json> targets(ServiceClient health, Arguments arguments) {
    return health.get("/targets").elements().stream()
        .filter(
            target ->
                arguments.optionalArgument(0).map(target.text("application")::equals).orElse(true))
        .toList();
  }

  private static String verdict(Json target) {
    return target.text("verdict").toLowerCase(Locale.ROOT);
  }

  static boolean allWell(List<Json> targets) {
    return targets.stream().allMatch(target -> isHealthy(target) || isNotDeployedYet(target));
  }

  static boolean isHealthy(Json target) {
    return verdict(target).equals("healthy");
  }

  /** Never with an older health-service, which does not know. */
  private static boolean isNotDeployedYet(Json target) {
    return target.isTrue("notDeployedYet");
  }

  private static void print(Output output, List<Json> targets, boolean verbose) {
    if (output.json()) {
      output.document(Json.object("targets", Json.list(targets)));
      return;
    }
    if (targets.isEmpty()) {
      output.note("no targets yet; they come from the probes of applied manifests: fairlead apply");
    }
    for (Json target : targets) {
      output.line(line(output, target));
      if (verbose) {
        output.line(
            "    %s %s · since %s · %s ms · incident %s"
                .formatted(
                    target.text("probe"),
                    target.text("address"),
                    target.find("since").orElse("-"),
                    target.find("latencyMillis").orElse("-"),
                    target.find("incident").orElse("-")));
      }
    }
  }

  private static String line(Output output, Json target) {
    String sign =
        switch (verdict(target)) {
          case "healthy" -> output.good("✓");
          case "degraded" -> output.bad("✗");
          default -> isNotDeployedYet(target) ? output.faint("·") : output.warning("?");
        };
    String reason = isHealthy(target) ? "" : target.text("lastReason");
    return "%s %s  %s".formatted(sign, target.text("target"), reason).stripTrailing();
  }
}
