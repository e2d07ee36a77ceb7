package dev.fairlead.cli.deployment;

import static dev.fairlead.cli.service.ServiceClient.withQuery;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** {@code rollback}. */
public final class RollbackCommand {

  private static final Set<String> WAITING = Set.of("planning", "queued");
  private static final String FEW = "20";

  private RollbackCommand() {}

  public static Command rollback() {
    return Command.verb(
            "rollback",
            "Go back to the previous release, or to the one that is named. What is being deployed is turned back.",
            RollbackCommand::run)
        .argument("APPLICATION", "As its manifest names it.")
        .option("--environment", "NAME", "Where; staging when left out.")
        .option("--to", "VERSION", "A release kept by retention; the previous one when left out.")
        .option("--key", "TEXT", "Requests with one key are one request.")
        .option(
            "--reason",
            "TEXT",
            "Why, for the audit trail; has to be given where deployments need approval.")
        .flag("--dry-run", "Show what it would do, and what is lost by it; nothing is changed.")
        .asksConsent("Go back also where that restores a database.")
        .asCaller()
        .watchable("Show each step and end with how it ended: 0 when the release before serves.")
        .example(
            "fairlead rollback orders --dry-run",
            "The steps; or why not, and what a restore of the database would set aside.")
        .example(
            "fairlead rollback orders --environment production --reason 'nobody can pay' --watch",
            "Back to the release before, also in the middle of a deployment.");
  }

  private static Exit run(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient deployer = session.client(Service.DEPLOYER, arguments);
    String application = arguments.argument(0);
    Json body =
        Json.object(
            "application", application,
            "environment", environment(arguments),
            "toVersion", arguments.option("--to"),
            "idempotencyKey", arguments.option("--key").orElseGet(RollbackCommand::anyKey),
            "reason", arguments.option("--reason"));
    if (arguments.flag("--dry-run")) {
      return new Outlook(deployer.post("/rollbacks/plan", body)).print(session.output());
    }
    Outlook.requireConsent(
        arguments,
        session,
        "going back with %s restores a database".formatted(application),
        () -> deployer.post("/rollbacks/plan", body));
    Json accepted = deployer.post("/rollbacks", body);
    tellWhoIsNext(accepted, deployer, arguments, session.output());
    return accepted.text("rollback").equals("false")
        ? afterTurningBack(accepted, deployer, arguments, session.output())
        : DeploymentCommands.afterRequest(accepted, deployer, arguments, session);
  }

  private static String environment(Arguments arguments) {
    return arguments.option("--environment").orElse("staging");
  }

  /** A request that is sent again on the way, by a proxy say, must not go further back. */
  private static String anyKey() {
    return UUID.randomUUID().toString();
  }

  /** The answer is the deployment that was going forward, and is turned back instead. */
  private static Exit afterTurningBack(
      Json deployment, ServiceClient deployer, Arguments arguments, Output output)
      throws InterruptedException {
    String id = deployment.text("deployment");
    String before = deployment.find("previousVersion").map("version "::concat).orElse("nothing");
    boolean over = DeploymentWatch.endOfTurningBack(deployment).isPresent();
    if (over || arguments.flag("--watch")) {
      output.note("deployment %s is turned back".formatted(id));
      Exit exit =
          new DeploymentWatch(deployer, output)
              .watchTurningBack(id, DeploymentCommands.patience(arguments));
      if (exit == Exit.OK) {
        output.note("%s serves".formatted(before));
      }
      return exit;
    }
    if (output.json()) {
      output.document(deployment);
    } else {
      output.line(
          "deployment %s of version %s is turned back; then %s serves again"
              .formatted(output.strong(id), deployment.text("version"), before));
      output.note("follow it with: fairlead deployments show " + id + " --watch");
    }
    return Exit.OK;
  }

  /** What is deployed next may be no better; only a person knows. */
  private static void tellWhoIsNext(
      Json accepted, ServiceClient deployer, Arguments arguments, Output output) {
    List<Json> newest;
    try {
      newest =
          deployer
              .get(
                  withQuery(
                      "/deployments",
                      "application",
                      arguments.argument(0),
                      "environment",
                      environment(arguments),
                      "limit",
                      FEW))
              .elements();
    } catch (Failure _) {
      return;
    }
    newest.stream()
        .filter(other -> !other.text("deployment").equals(accepted.text("deployment")))
        .filter(other -> other.text("rollback").equals("false"))
        .filter(other -> WAITING.contains(DeploymentWatch.stateOf(other)))
        .forEach(
            other ->
                output.note(
                    "deployment %s of version %s waits and begins after it; to prevent that: fairlead cancel %s"
                        .formatted(
                            other.text("deployment"),
                            other.text("version"),
                            other.text("deployment"))));
  }
}
