package dev.fairlead.cli.backup;

import static dev.fairlead.cli.service.ServiceClient.encoded;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import java.util.List;

/** {@code backup kept | drop-kept}: the databases that restores replaced. */
final class KeptCommands {

  private KeptCommands() {}

  static Command kept() {
    return Command.verb(
            "kept", "The databases that restores replaced and kept.", KeptCommands::runKept)
        .asCaller();
  }

  static Command dropKept() {
    return Command.verb(
            "drop-kept", "Drop a database that a restore replaced.", KeptCommands::runDropKept)
        .argument("RESTORE", "The id of that restore, as 'backup kept' shows it.")
        .asCaller();
  }

  private static Exit runKept(Arguments arguments, Session session) {
    Json answer = session.client(Service.BACKUP, arguments).get("/kept-databases");
    Output output = session.output();
    if (output.json()) {
      output.document(answer);
    } else {
      output.table(
          List.of("RESTORE", "DATABASE", "KEPT AS", "SINCE"),
          answer.elements().stream()
              .map(
                  kept ->
                      List.of(
                          kept.text("restore"),
                          kept.text("database"),
                          kept.text("name"),
                          kept.text("since")))
              .toList());
    }
    return Exit.OK;
  }

  private static Exit runDropKept(Arguments arguments, Session session) {
    Json dropped =
        session
            .client(Service.BACKUP, arguments)
            .delete("/kept-databases/" + encoded(arguments.argument(0)));
    Output output = session.output();
    if (output.json()) {
      output.document(dropped);
    } else {
      output.line("dropped " + dropped.text("name"));
    }
    return Exit.OK;
  }
}
