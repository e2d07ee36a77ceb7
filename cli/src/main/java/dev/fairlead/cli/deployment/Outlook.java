package dev.fairlead.cli.deployment;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Consent;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What going back would do and cost, as the deployer foresees it.
 *
 * @param answer of {@code /rollbacks/plan} or {@code /deployments/ID/undoing}
 */
record Outlook(Json answer) {

  /**
   * Asks where going back puts a database back to its backup. A deployer that cannot foresee it is
   * no reason not to stop what goes wrong.
   *
   * @param what would happen, as a sentence without its end
   * @param foreseen asks the deployer
   */
  static void requireConsent(
      Arguments arguments, Session session, String what, Supplier<Json> foreseen) {
    if (Consent.isGiven(arguments)) {
      return;
    }
    Outlook outlook;
    try {
      outlook = new Outlook(foreseen.get());
    } catch (Failure _) {
      return;
    }
    if (outlook.isPossible() && outlook.restores()) {
      Consent.require(
          arguments,
          session,
          "%s: %s".formatted(what, outlook.consequences()),
          "look at the steps with --dry-run");
    }
  }

  private boolean isPossible() {
    return answer.text("possible").equals("true");
  }

  private boolean restores() {
    return !answer.at("dataAtRisk").elements().isEmpty();
  }

  private String consequences() {
    return answer.at("consequences").elements().stream()
        .map(Json::asText)
        .collect(Collectors.joining("; "));
  }

  /** What is known of undoing a plan or a deployment that has {@code dataAtRisk}. */
  static List<String> foreseen(Json withRisks) {
    return withRisks.at("dataAtRisk").elements().stream().map(Outlook::sentence).toList();
  }

  private static String sentence(Json risk) {
    String rows =
        risk.find("rows")
            .map(many -> "; about %s row(s) were written since the backup".formatted(many))
            .orElse("");
    String time =
        risk.find("restoreMillis")
            .map(millis -> "takes about %d s".formatted(Math.max(1, Long.parseLong(millis) / 1000)))
            .orElse("was never measured");
    return "a rollback restores %s: that %s%s".formatted(risk.text("database"), time, rows);
  }

  Exit print(Output output) {
    Exit exit = isPossible() ? Exit.OK : Exit.BLOCKED;
    if (output.json()) {
      output.document(answer);
      return exit;
    }
    output.line(
        "%s in %s: from %s to %s"
            .formatted(
                answer.text("application"),
                answer.text("environment"),
                answer.text("fromVersion"),
                answer.find("toVersion").orElse("nothing")));
    answer.find("reason").ifPresent(reason -> output.line(output.bad("not possible: ") + reason));
    answer.find("advice").ifPresent(advice -> output.line("  → " + advice));
    answer.find("scope").ifPresent(scope -> output.line("scope " + output.strong(scope)));
    answer.at("consequences").elements().forEach(one -> output.line("  " + one.asText()));
    answer.at("steps").elements().forEach(step -> output.line(line(step)));
    return exit;
  }

  private static String line(Json step) {
    return "· %-26s %s".formatted(step.text("name"), step.text("description"));
  }
}
