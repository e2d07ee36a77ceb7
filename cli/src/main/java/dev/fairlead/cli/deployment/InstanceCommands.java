package dev.fairlead.cli.deployment;

import static dev.fairlead.cli.service.ServiceClient.encoded;
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

/** {@code instances list | log}: what runs, and what it wrote. */
public final class InstanceCommands {

  private InstanceCommands() {}

  public static Command instances() {
    return Command.noun(
        "instances",
        "List what runs of your applications, and read what it wrote.",
        Command.verb("list", "What runs, and the traffic it gets.", InstanceCommands::runList)
            .option("--application", "NAME", "Only of this application.")
            .option("--environment", "NAME", "Only of this environment.")
            .asCaller()
            .example("fairlead instances list --application orders", "Where orders runs."),
        Command.verb(
                "log",
                "The last lines an instance wrote. Secrets that an application writes are in it.",
                InstanceCommands::runLog)
            .argument("INSTANCE", "Its id, as the list shows it; of stopped ones a while longer.")
            .option("--lines", "N", "At most so many, up to 1000; 100 when left out.")
            .asCaller()
            .example(
                "fairlead instances log orders-staging-784aa9318fa5-1 --lines 20",
                "Why does it not answer?"));
  }

  private static Exit runList(Arguments arguments, Session session) {
    Json answer =
        session
            .client(Service.DEPLOYER, arguments)
            .get(
                withQuery(
                    "/instances",
                    "application",
                    arguments.option("--application"),
                    "environment",
                    arguments.option("--environment")));
    Output output = session.output();
    output.listing(
        answer,
        "nothing runs; deploy something with: fairlead deploy",
        List.of(
            "INSTANCE",
            "APPLICATION",
            "ENVIRONMENT",
            "VERSION",
            "STATE",
            "HOST",
            "ADDRESS",
            "TRAFFIC",
            "RESTARTS"),
        instance -> row(output, instance));
    return Exit.OK;
  }

  private static List<String> row(Output output, Json instance) {
    return List.of(
        instance.text("id"),
        instance.text("application"),
        instance.text("environment"),
        instance.text("version"),
        output.state(instance.text("state")),
        instance.find("host").orElse("-"),
        instance.find("address").orElse("-"),
        instance.find("traffic").orElse("-"),
        instance.text("restarts"));
  }

  private static Exit runLog(Arguments arguments, Session session) {
    ServiceClient deployer = session.client(Service.DEPLOYER, arguments);
    String instance = arguments.argument(0);
    String path =
        withQuery(
            "/instances/%s/log".formatted(encoded(instance)),
            "lines",
            arguments.number("--lines", 100));
    return BuildLogCommand.print(deployer, path, "instance", instance, session.output());
  }
}
