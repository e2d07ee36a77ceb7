package dev.fairlead.cli.deployment;

import static dev.fairlead.cli.service.ServiceClient.encoded;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code apply} and {@code plan}. */
public final class ApplicationCommands {

  private ApplicationCommands() {}

  public static Command apply() {
    return Command.verb(
            "apply",
            "Make an application known from its manifest, or change it. All mistakes are reported at once.",
            ApplicationCommands::runApply)
        .optionalArgument(
            "MANIFEST",
            "A file, or a folder with a fairlead.yaml; the current folder when left out.")
        .asCaller()
        .example("fairlead apply deploy/examples/orders", "Reads fairlead.yaml in that folder.");
  }

  private static Exit runApply(Arguments arguments, Session session) throws IOException {
    Path manifest = manifest(arguments.optionalArgument(0).orElse("."), session);
    Json body =
        Json.object(
            "manifest", Files.readString(manifest, StandardCharsets.UTF_8),
            "directory", String.valueOf(manifest.toAbsolutePath().normalize().getParent()));
    Json applied = session.client(Service.DEPLOYER, arguments).post("/applications", body);
    Output output = session.output();
    if (output.json()) {
      output.document(applied);
      return Exit.OK;
    }
    output.line("applied " + output.strong(applied.text("application")));
    List<String> environments =
        applied.at("environments").elements().stream().map(Json::asText).toList();
    output.line("environments: " + String.join(", ", environments));
    applied.at("changes").elements().forEach(change -> output.line("  " + change.asText()));
    return Exit.OK;
  }

  private static Path manifest(String argument, Session session) {
    Path given = session.surroundings().folder().resolve(argument);
    Path file = Files.isDirectory(given) ? given.resolve("fairlead.yaml") : given;
    if (!Files.isRegularFile(file)) {
      throw new Failure(
          Exit.USAGE,
          "there is no manifest " + file,
          "name the file, or a folder with a fairlead.yaml");
    }
    return file;
  }

  public static Command plan() {
    return DeploymentCommands.withRequest(
            Command.verb(
                "plan",
                "Show every step that a deployment would take. Nothing is changed. Ends with 4 where a check would stop it.",
                ApplicationCommands::runPlan))
        .example(
            "fairlead plan orders 2 --environment production",
            "The steps, and the hash that an approval names.");
  }

  private static Exit runPlan(Arguments arguments, Session session) {
    ServiceClient deployer = session.client(Service.DEPLOYER, arguments);
    Json plan = deployer.post("/plans", DeploymentCommands.request(arguments));
    return printPlan(session.output(), plan, arguments);
  }

  static Exit printPlan(Output output, Json plan, Arguments arguments) {
    if (output.json()) {
      output.document(plan);
    } else {
      printSteps(output, plan);
    }
    return foreseen(plan, arguments);
  }

  /**
   * How a deployment would end in its preflight if it began now, with the checks that are waived.
   */
  static Exit foreseen(Json plan, Arguments arguments) {
    List<String> waived = arguments.options("--waive");
    boolean stopped =
        plan.at("gates").elements().stream()
            .filter(finding -> !waived.contains(finding.text("check")))
            .anyMatch(finding -> finding.text("grade").equals("must") && !finding.isTrue("passed"));
    return stopped ? Exit.BLOCKED : Exit.OK;
  }

  private static void printSteps(Output output, Json plan) {
    output.line(
        "%s %s in %s"
            .formatted(
                output.strong(plan.text("application")),
                plan.text("version"),
                plan.text("environment")));
    plan.find("digest").ifPresent(digest -> output.line(output.faint("digest " + digest)));
    String phase = "";
    for (Json step : plan.at("steps").elements()) {
      if (!step.text("phase").equals(phase)) {
        phase = step.text("phase");
        output.line(output.strong(phase));
      }
      output.line("  %-26s %s".formatted(step.text("name"), step.text("description")));
    }
    printGates(output, plan.at("gates"));
    Outlook.foreseen(plan).forEach(risk -> output.line(output.warning(risk)));
    if (plan.text("needsApproval").equals("true")) {
      output.line("needs approval" + plan.find("approvalReason").map(": "::concat).orElse(""));
    }
    output.line("plan " + plan.text("planHash"));
  }

  /** What passed needs no line. */
  private static void printGates(Output output, Json gates) {
    List<Json> failed =
        gates.elements().stream()
            .filter(finding -> !finding.text("passed").equals("true"))
            .toList();
    if (gates.isMissing()) {
      return;
    }
    output.line(
        output.strong("gates")
            + " %d of %d checks pass now"
                .formatted(gates.elements().size() - failed.size(), gates.elements().size()));
    failed.forEach(
        finding ->
            output.line(
                "  %-12s %s; %s"
                    .formatted(
                        finding.text("grade"), finding.text("detail"), finding.text("advice"))));
  }

  static Json find(ServiceClient deployer, String deployment) {
    return deployer.get("/deployments/" + encoded(deployment));
  }
}
