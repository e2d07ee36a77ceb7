package dev.fairlead.cli.deployment;

import static dev.fairlead.cli.service.ServiceClient.encoded;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;

/** {@code reject}, {@code cancel} and what else a person says to a deployment. */
public final class ApprovalCommands {

  private static final String DRY_RUN =
      "Show what would be undone, and what is lost by it; nothing is changed.";

  private ApprovalCommands() {}

  public static Command reject() {
    return Command.verb("reject", "Refuse a deployment's plan.", ApprovalCommands::runReject)
        .argument("DEPLOYMENT", "Its id.")
        .requiredOption("--reason", "TEXT", "Why; the requester reads it.")
        .asCaller()
        .example(
            "fairlead reject 0199… --reason 'wait for the audit' --as approver",
            "It ends with state rejected.");
  }

  private static Exit runReject(Arguments arguments, Session session) {
    String deployment = arguments.argument(0);
    Json answer =
        deployer(session, arguments)
            .post(
                pathOf(deployment) + "/rejection",
                Json.object("reason", arguments.option("--reason")));
    return done(session, answer, "rejected " + deployment);
  }

  static Command letGoOn() {
    return Command.verb(
            "continue",
            "Vouch for a release that is held because a measurement could not judge it.",
            ApprovalCommands::runContinue)
        .argument("DEPLOYMENT", "Its id.")
        .option("--comment", "TEXT", "What you looked at, for the audit trail.")
        .asCaller()
        .example(
            "fairlead deployments continue 0199… --comment 'orders come in' --as approver",
            "It goes on with the next step.");
  }

  private static Exit runContinue(Arguments arguments, Session session) {
    String deployment = arguments.argument(0);
    Json answer =
        deployer(session, arguments)
            .post(
                pathOf(deployment) + "/continuation",
                Json.object("comment", arguments.option("--comment")));
    boolean waits = answer.find("state").filter("held"::equals).isPresent();
    return done(
        session,
        answer,
        waits ? answer.find("advice").orElse("it is held still") : deployment + " goes on");
  }

  static Command abort() {
    return cancelling("abort", "Roll back a deployment that is held; the same as fairlead cancel.")
        .example("fairlead deployments abort 0199…", "The release before serves again.");
  }

  public static Command cancel() {
    return cancelling("cancel", "Stop a deployment in any phase, leaving nothing behind.")
        .example("fairlead cancel 0199…", "What was begun is undone.")
        .example("fairlead cancel 0199… --dry-run", "How, and what that would set aside.");
  }

  private static Command cancelling(String name, String summary) {
    return Command.verb(name, summary, ApprovalCommands::runCancel)
        .argument("DEPLOYMENT", "Its id.")
        .option("--reason", "TEXT", "Why, for the audit trail.")
        .flag("--dry-run", DRY_RUN)
        .asksConsent("Go back also where that restores a database.")
        .asCaller();
  }

  private static Exit runCancel(Arguments arguments, Session session) {
    String deployment = arguments.argument(0);
    ServiceClient deployer = deployer(session, arguments);
    String path = pathOf(deployment);
    if (arguments.flag("--dry-run")) {
      return new Outlook(deployer.get(path + "/undoing")).print(session.output());
    }
    Outlook.requireConsent(
        arguments,
        session,
        "cancelling %s restores a database".formatted(deployment),
        () -> deployer.get(path + "/undoing"));
    Json answer =
        deployer.post(path + "/cancellation", Json.object("reason", arguments.option("--reason")));
    return done(session, answer, "cancelling " + deployment);
  }

  static Command undo() {
    return Command.verb(
            "undo",
            "Begin again with a rollback that was given up (state rollback-failed).",
            ApprovalCommands::runUndo)
        .argument("DEPLOYMENT", "Its id.")
        .flag("--restored", "You have restored its databases yourself; they are left as they are.")
        .option("--reason", "TEXT", "Why, for the audit trail.")
        .flag("--dry-run", DRY_RUN)
        .asCaller()
        .example("fairlead deployments undo 0199…", "The release before serves again.");
  }

  private static Exit runUndo(Arguments arguments, Session session) {
    String deployment = arguments.argument(0);
    ServiceClient deployer = deployer(session, arguments);
    String path = pathOf(deployment) + "/undoing";
    if (arguments.flag("--dry-run")) {
      return new Outlook(deployer.get(path)).print(session.output());
    }
    Json answer =
        deployer.post(
            path,
            Json.object(
                "restored", arguments.flag("--restored"), "reason", arguments.option("--reason")));
    return done(session, answer, "undoing " + deployment);
  }

  private static ServiceClient deployer(Session session, Arguments arguments) {
    return session.client(Service.DEPLOYER, arguments);
  }

  private static String pathOf(String deployment) {
    return "/deployments/" + encoded(deployment);
  }

  private static Exit done(Session session, Json answer, String text) {
    if (session.output().json()) {
      session.output().document(answer.isMissing() ? Json.object() : answer);
    } else {
      session.output().line(text);
    }
    return Exit.OK;
  }
}
