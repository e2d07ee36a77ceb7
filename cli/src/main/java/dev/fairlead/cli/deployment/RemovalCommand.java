package dev.fairlead.cli.deployment;

import static dev.fairlead.cli.service.ServiceClient.encoded;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Consent;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code remove}. */
public final class RemovalCommand {

  private static final String ALL = "--all-environments";

  private RemovalCommand() {}

  public static Command remove() {
    return Command.verb(
            "remove",
            "Take an application away from an environment: route, instances, schedules. Databases and backups stay.",
            RemovalCommand::run)
        .argument("APPLICATION", "As its manifest names it.")
        .optionalArgument("ENVIRONMENT", "Where it goes.")
        .flag(ALL, "It goes everywhere; with --json one document for each environment.")
        .option("--key", "TEXT", "Requests with one key are one request.")
        .option("--reason", "TEXT", "Why, for the audit trail.")
        .repeatable("--waive", "CHECK", DeploymentCommands.WAIVE)
        .flag("--dry-run", "Show what goes and what stays; nothing is changed.")
        .asksConsent("Do not ask for the name to be typed.")
        .asCaller()
        .watchable("Show each step and end with how it ended: 0, 1, 3 or 4.")
        .example("fairlead remove orders staging --dry-run", "What goes, and what stays.")
        .example(
            "fairlead remove orders staging --watch",
            "Asks for orders/staging to be typed, and waits for the end.")
        .example("fairlead remove orders --all-environments --yes", "From everywhere, unasked.");
  }

  private static Exit run(Arguments arguments, Session session)
      throws IOException, InterruptedException {
    ServiceClient deployer = session.client(Service.DEPLOYER, arguments);
    String application = arguments.argument(0);
    List<String> environments = environments(arguments, deployer, application);
    Output output = session.output();
    if (arguments.flag("--dry-run")) {
      Exit worst = Exit.OK;
      for (String environment : environments) {
        Json plan = plan(deployer, arguments, environment);
        show(output, plan, output::line);
        worst = worst == Exit.OK ? ApplicationCommands.foreseen(plan, arguments) : worst;
      }
      return worst;
    }
    if (!Consent.isGiven(arguments)) {
      for (String environment : environments) {
        print(output, plan(deployer, arguments, environment), output::note);
      }
    }
    Consent.requireName(
        arguments,
        session,
        arguments.flag(ALL) ? application : application + "/" + environments.getFirst(),
        "look first with --dry-run");
    return removeFrom(environments, deployer, arguments, session);
  }

  /** Exactly one way of saying where: nothing goes from a place that nobody named. */
  private static List<String> environments(
      Arguments arguments, ServiceClient deployer, String application) {
    Optional<String> named = arguments.optionalArgument(1);
    if (named.isPresent() == arguments.flag(ALL)) {
      throw new Failure(
          Exit.USAGE,
          named.isPresent()
              ? "%s names one environment, and %s all".formatted(named.get(), ALL)
              : "it is not said from where %s goes".formatted(application),
          "name an environment, or give " + ALL);
    }
    if (named.isPresent()) {
      return List.of(named.get());
    }
    List<String> all =
        deployer.get("/applications/" + encoded(application) + "/environments").elements().stream()
            .map(known -> known.text("environment"))
            .toList();
    if (all.isEmpty()) {
      throw new Failure(
          Exit.FAILED,
          "%s is in no environment".formatted(application),
          "see which applications there are with: fairlead deployments list");
    }
    return all;
  }

  private static Exit removeFrom(
      List<String> environments, ServiceClient deployer, Arguments arguments, Session session)
      throws InterruptedException {
    Exit worst = Exit.OK;
    for (String environment : environments) {
      Json accepted = deployer.post("/removals", request(arguments, environment));
      Exit exit = DeploymentCommands.afterRequest(accepted, deployer, arguments, session);
      worst = worst == Exit.OK ? exit : worst;
    }
    return worst;
  }

  private static Json plan(ServiceClient deployer, Arguments arguments, String environment) {
    return deployer.post("/removals/plan", request(arguments, environment));
  }

  private static Json request(Arguments arguments, String environment) {
    return Json.object(
        "application", arguments.argument(0),
        "environment", environment,
        "idempotencyKey", key(arguments, environment),
        "reason", arguments.option("--reason"),
        "waive", DeploymentCommands.waiver(arguments));
  }

  /** Each environment is a request of its own. */
  private static Optional<String> key(Arguments arguments, String environment) {
    Optional<String> key = arguments.option("--key");
    return arguments.flag(ALL) ? key.map(text -> text + "/" + environment) : key;
  }

  private static void show(Output output, Json plan, Consumer<String> lines) {
    if (output.json()) {
      output.document(plan);
    } else {
      print(output, plan, lines);
    }
  }

  private static void print(Output output, Json plan, Consumer<String> lines) {
    lines.accept(
        "%s %s goes from %s"
            .formatted(
                output.strong(plan.text("application")),
                plan.text("version"),
                plan.text("environment")));
    list(output.bad("goes"), plan.at("goes"), lines);
    list(output.good("stays"), plan.at("stays"), lines);
    plan.at("steps")
        .elements()
        .forEach(
            step ->
                lines.accept("· %-26s %s".formatted(step.text("name"), step.text("description"))));
    plan.at("gates").elements().stream()
        .filter(finding -> !finding.text("passed").equals("true"))
        .forEach(
            finding ->
                lines.accept(
                    "%s: %s; %s"
                        .formatted(
                            finding.text("grade"),
                            finding.text("detail"),
                            finding.text("advice"))));
    if (plan.text("needsApproval").equals("true")) {
      lines.accept("needs approval" + plan.find("approvalReason").map(": "::concat).orElse(""));
    }
    lines.accept("plan " + plan.text("planHash"));
  }

  private static void list(String title, Json sentences, Consumer<String> lines) {
    lines.accept(title);
    sentences.elements().forEach(sentence -> lines.accept("  " + sentence.asText()));
  }
}
