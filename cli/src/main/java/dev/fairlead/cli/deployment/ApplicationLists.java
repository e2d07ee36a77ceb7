package dev.fairlead.cli.deployment;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import java.util.List;

/** {@code applications list | show}: what the deployer knows from manifests. */
public final class ApplicationLists {

  private ApplicationLists() {}

  public static Command applications() {
    return Command.noun(
        "applications",
        "List and show the applications that are known.",
        Command.verb("list", "All of them.", ApplicationLists::runList)
            .asCaller()
            .example("fairlead applications list", "With the folder each manifest came from."),
        Command.verb("show", "One, with its manifest as it was applied.", ApplicationLists::runShow)
            .argument("APPLICATION", "As its manifest names it.")
            .asCaller()
            .example("fairlead applications show orders", "What counts, whatever the file says."));
  }

  private static Exit runList(Arguments arguments, Session session) {
    Json answer = session.client(Service.DEPLOYER, arguments).get("/applications");
    session
        .output()
        .listing(
            answer,
            "no applications yet; make one known with: fairlead apply",
            List.of("APPLICATION", "FOLDER", "APPLIED"),
            ApplicationLists::row);
    return Exit.OK;
  }

  private static List<String> row(Json application) {
    return List.of(
        application.text("application"),
        application.text("directory"),
        application.text("appliedAt"));
  }

  private static Exit runShow(Arguments arguments, Session session) {
    String name = arguments.argument(0);
    Json application =
        session.client(Service.DEPLOYER, arguments).get("/applications").elements().stream()
            .filter(one -> one.text("application").equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new Failure(
                        Exit.FAILED,
                        "there is no application " + name,
                        "list those there are: fairlead applications list"));
    Output output = session.output();
    if (output.json()) {
      output.document(application);
      return Exit.OK;
    }
    output.line(
        "# %s, applied %s from %s"
            .formatted(name, application.text("appliedAt"), application.text("directory")));
    output.line(application.text("manifest").stripTrailing());
    return Exit.OK;
  }
}
