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
import java.util.StringJoiner;

/** {@code approve}. */
public final class ApproveCommand {

  private ApproveCommand() {}

  public static Command approve() {
    return Command.verb(
            "approve",
            "Agree to a deployment's plan. Whoever asked for the deployment cannot. At a terminal it shows what that is, and asks.",
            ApproveCommand::run)
        .argument("DEPLOYMENT", "Its id.")
        .option("--plan", "HASH", "The plan you looked at; the current one when left out.")
        .option("--comment", "TEXT", "For the audit trail.")
        .asCaller()
        .example("fairlead approve 0199… --as approver", "Agrees as the local stack's approver.");
  }

  private static Exit run(Arguments arguments, Session session) {
    ServiceClient deployer = session.client(Service.DEPLOYER, arguments);
    String id = arguments.argument(0);
    String plan = arguments.option("--plan").orElseGet(() -> shownPlan(deployer, id, session));
    Json body = Json.object("planHash", plan, "comment", arguments.option("--comment"));
    Json answer = deployer.post("/deployments/%s/approval".formatted(encoded(id)), body);
    Output output = session.output();
    if (output.json()) {
      output.document(answer.isMissing() ? Json.object() : answer);
    } else {
      output.line(outcome(answer, plan, id));
    }
    return Exit.OK;
  }

  private static String outcome(Json answer, String plan, String id) {
    String what =
        answer.find("application").map(_ -> ": " + DeploymentCommands.what(answer)).orElse("");
    return answer.text("state").equals("awaiting-approval")
        ? "noted; an event asked for %s, so a second person has to approve it%s".formatted(id, what)
        : "approved plan %s of %s%s".formatted(plan, id, what);
  }

  /**
   * The hash of the plan as it is now. A person at a terminal sees what they are about to agree to;
   * should the plan become another one meanwhile, the deployer refuses this one.
   */
  private static String shownPlan(ServiceClient deployer, String id, Session session) {
    Json deployment = ApplicationCommands.find(deployer, id);
    String plan = deployment.find("planHash").orElseThrow(() -> noPlan(id, deployment));
    if (Consent.isRefused(session, question(deployment, plan, session.output()))) {
      throw new Failure(
          Exit.USAGE,
          "%s was not approved".formatted(id),
          "look at it with: fairlead deployments show %s\nrefuse it with: fairlead reject %s --reason TEXT"
              .formatted(id, id));
    }
    return plan;
  }

  private static String question(Json deployment, String plan, Output output) {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        "%s%s, requested by %s"
            .formatted(
                output.strong(DeploymentCommands.what(deployment)),
                deployment.find("previousVersion").map(" instead of "::concat).orElse(""),
                deployment.text("requestedBy")));
    lines.add("plan " + plan);
    Outlook.foreseen(deployment).forEach(risk -> lines.add(output.warning(risk)));
    lines.add("approve it? (yes or no) ");
    return lines.toString();
  }

  private static Failure noPlan(String id, Json deployment) {
    return new Failure(
        Exit.FAILED,
        "deployment %s has no plan yet: it is %s".formatted(id, deployment.text("state")),
        "approve it in a moment, or see: fairlead deployments show %s --watch".formatted(id));
  }
}
