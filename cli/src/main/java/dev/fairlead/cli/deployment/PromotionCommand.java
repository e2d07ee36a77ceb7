package dev.fairlead.cli.deployment;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.util.List;

/** {@code promote}. */
public final class PromotionCommand {

  private PromotionCommand() {}

  public static Command promote() {
    return Command.verb(
            "promote",
            "Deploy what serves in one environment to another: the same digest, not just the same version.",
            PromotionCommand::run)
        .argument("APPLICATION", "As its manifest names it.")
        .option("--from", "NAME", "Where it serves; staging when left out.")
        .option("--to", "NAME", "Where it is to serve; production when left out.")
        .repeatable("--decision", "ID", "A decision it rests on; may be given more than once.")
        .option("--key", "TEXT", "Requests with one key are one request.")
        .option("--reason", "TEXT", "Why, for the audit trail.")
        .repeatable("--waive", "CHECK", DeploymentCommands.WAIVE)
        .asCaller()
        .watchable("Show each step and end with how the deployment ended: 0, 1, 3 or 4.")
        .example(
            "fairlead promote orders --from staging --to production --watch",
            "Waits for approval, if production needs one, and for the end.");
  }

  private static Exit run(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient deployer = session.client(Service.DEPLOYER, arguments);
    List<String> decisions = arguments.options("--decision");
    Json accepted =
        deployer.post(
            "/promotions",
            Json.object(
                "application", arguments.argument(0),
                "from", arguments.option("--from").orElse("staging"),
                "to", arguments.option("--to").orElse("production"),
                "idempotencyKey", arguments.option("--key"),
                "decisions", decisions.isEmpty() ? "" : Json.list(decisions),
                "reason", arguments.option("--reason"),
                "waive", DeploymentCommands.waiver(arguments)));
    return DeploymentCommands.afterRequest(accepted, deployer, arguments, session);
  }
}
