package dev.fairlead.cli.deployment;

import static dev.fairlead.cli.service.ServiceClient.withQuery;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.util.List;

/** {@code deploy}, {@code deployments}. */
public final class DeploymentCommands {

  static final String WAIVE =
      "Let a check fail: freeze, incidents, on-call, restored, decisions. Needs --reason and the role approver.";

  private DeploymentCommands() {}

  public static Command deploy() {
    return withRequest(
            Command.verb(
                "deploy",
                "Deploy a version: preflight, backup, prepare, test, build, rollout, verify. A failure rolls back by itself.",
                DeploymentCommands::runDeploy))
        .flag("--dry-run", "Print the plan and end; the same as fairlead plan.")
        .watchable("Show each step and end with how the deployment ended: 0, 1, 3 or 4.")
        .example(
            "fairlead deploy orders 2 --environment staging --watch",
            "Deploys version 2 and waits for the end.")
        .example(
            "fairlead deploy orders 2 --key ci-4711", "Repeating the command starts nothing twice.")
        .example(
            "fairlead deploy orders 3 --decision ADR-0007",
            "Refused unless that decision is accepted.");
  }

  /** The arguments that describe a deployment, shared with {@code plan}. */
  static Command withRequest(Command command) {
    return command
        .argument("APPLICATION", "As its manifest names it.")
        .argument("VERSION", "What to deploy.")
        .option("--environment", "NAME", "Where; staging when left out.")
        .option("--artifact", "PATH", "Archive or image, when the manifest does not say which.")
        .option("--commit", "HASH", "The commit this version was built from.")
        .option("--message", "TEXT", "The commit's message; its first line is shown.")
        .option("--author", "NAME", "Who wrote the commit.")
        .repeatable("--decision", "ID", "A decision it rests on; may be given more than once.")
        .option("--key", "TEXT", "Requests with one key are one request.")
        .option("--reason", "TEXT", "Why, for the audit trail.")
        .repeatable("--waive", "CHECK", WAIVE)
        .flag("--skip-tests", "Leave the test phase out.")
        .asCaller();
  }

  static Json request(Arguments arguments) {
    List<String> decisions = arguments.options("--decision");
    return Json.object(
        "application", arguments.argument(0),
        "environment", arguments.option("--environment").orElse("staging"),
        "version", arguments.argument(1),
        "artifact", arguments.option("--artifact"),
        "idempotencyKey", arguments.option("--key"),
        "commit", arguments.option("--commit"),
        "message", arguments.option("--message"),
        "author", arguments.option("--author"),
        "decisions", decisions.isEmpty() ? "" : Json.list(decisions),
        "skipTests", arguments.flag("--skip-tests"),
        "reason", arguments.option("--reason"),
        "waive", waiver(arguments));
  }

  static Object waiver(Arguments arguments) {
    List<String> checks = arguments.options("--waive");
    return checks.isEmpty()
        ? ""
        : Json.object("checks", Json.list(checks), "reason", arguments.option("--reason"));
  }

  private static Exit runDeploy(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient deployer = session.client(Service.DEPLOYER, arguments);
    if (arguments.flag("--dry-run")) {
      Json plan = deployer.post("/plans", request(arguments));
      return ApplicationCommands.printPlan(session.output(), plan, arguments);
    }
    Json accepted = deployer.post("/deployments", request(arguments));
    return afterRequest(accepted, deployer, arguments, session);
  }

  static Exit afterRequest(
      Json accepted, ServiceClient deployer, Arguments arguments, Session session)
      throws InterruptedException {
    Output output = session.output();
    String deployment = accepted.text("deployment");
    if (arguments.flag("--watch")) {
      output.note("deployment " + deployment);
      return new DeploymentWatch(deployer, output).watch(deployment, patience(arguments));
    }
    if (output.json()) {
      output.document(accepted);
    } else {
      output.line("deployment " + output.strong(deployment) + " requested");
      output.note("follow it with: fairlead deployments show " + deployment + " --watch");
    }
    return Exit.OK;
  }

  static Patience patience(Arguments arguments) {
    return new Patience(arguments.duration("--timeout"));
  }

  public static Command deployments() {
    return Command.noun(
        "deployments",
        "List, show and watch deployments.",
        Command.verb("list", "Deployments, newest first.", DeploymentCommands::runList)
            .option("--application", "NAME", "Only of this application.")
            .option("--environment", "NAME", "Only of this environment.")
            .option("--limit", "N", "At most so many; 20 when left out.")
            .asCaller()
            .example("fairlead deployments list --application orders", "What happened to orders."),
        Command.verb("show", "One deployment with its steps.", DeploymentCommands::runShow)
            .argument("DEPLOYMENT", "Its id.")
            .asCaller()
            .watchable("Show each step as it ends; ends with how the deployment ended.")
            .example("fairlead deployments show 0199… --watch", "Follows it to the end."),
        BuildLogCommand.log(),
        ApprovalCommands.letGoOn(),
        ApprovalCommands.abort(),
        ApprovalCommands.undo());
  }

  private static Exit runList(Arguments arguments, Session session) {
    ServiceClient deployer = session.client(Service.DEPLOYER, arguments);
    Json answer =
        deployer.get(
            withQuery(
                "/deployments",
                "application",
                arguments.option("--application"),
                "environment",
                arguments.option("--environment"),
                "limit",
                arguments.number("--limit", 20)));
    Output output = session.output();
    output.listing(
        answer,
        List.of("DEPLOYMENT", "APPLICATION", "ENVIRONMENT", "VERSION", "STATE", "BY", "STARTED"),
        deployment -> row(output, deployment));
    return Exit.OK;
  }

  private static List<String> row(Output output, Json deployment) {
    return List.of(
        deployment.text("deployment"),
        deployment.text("application"),
        deployment.text("environment"),
        (isRemoval(deployment) ? "remove " : "") + deployment.text("version"),
        output.state(deployment.text("state")),
        deployment.text("requestedBy"),
        deployment.find("startedAt").orElse("-"));
  }

  static boolean isRemoval(Json deployment) {
    return deployment.text("removal").equals("true");
  }

  /** {@code orders 2 in staging}. */
  static String what(Json deployment) {
    return (isRemoval(deployment) ? "removal of %s %s from %s" : "%s %s in %s")
        .formatted(
            deployment.text("application"),
            deployment.text("version"),
            deployment.text("environment"));
  }

  private static Exit runShow(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient deployer = session.client(Service.DEPLOYER, arguments);
    DeploymentWatch watch = new DeploymentWatch(deployer, session.output());
    if (arguments.flag("--watch")) {
      return watch.watch(arguments.argument(0), patience(arguments));
    }
    watch.print(ApplicationCommands.find(deployer, arguments.argument(0)));
    return Exit.OK;
  }
}
