package dev.fairlead.cli.backup;

import static dev.fairlead.cli.service.ServiceClient.encoded;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Consent;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.util.List;
import java.util.Optional;

/**
 * {@code backup kept | drop-kept | warm}: databases beside those in use, replaced by a restore or
 * waiting for one.
 */
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
        .asksConsent("Do it without asking.")
        .argument("RESTORE", "The id of that restore, as 'backup kept' shows it.")
        .flag("--forget", "Only list it no longer, and leave it: its server is no more.")
        .asCaller()
        .example("fairlead backup drop-kept 0199… --yes", "What it held is in no other place.");
  }

  static Command warm() {
    return Command.verb(
            "warm",
            "The drilled backups that are kept restored, for an instant way back.",
            KeptCommands::runWarm)
        .asCaller();
  }

  private static Exit runWarm(Arguments arguments, Session session) {
    Output output = session.output();
    output.listing(
        session.client(Service.BACKUP, arguments).get("/warm-copies"),
        List.of("DATABASE", "BACKUP", "STATE", "NAME", "DETAIL"),
        copy ->
            List.of(
                copy.text("database"),
                copy.text("backup"),
                output.state(copy.text("state")),
                copy.text("name"),
                copy.find("detail").orElse("-")));
    return Exit.OK;
  }

  private static Exit runKept(Arguments arguments, Session session) {
    session
        .output()
        .listing(
            session.client(Service.BACKUP, arguments).get("/kept-databases"),
            List.of("RESTORE", "DATABASE", "KEPT AS", "SINCE"),
            kept ->
                List.of(
                    kept.text("restore"),
                    kept.text("database"),
                    kept.text("name"),
                    kept.text("since")));
    return Exit.OK;
  }

  /** An id may be written in more than one way; of one that is not there the service says so. */
  private static Optional<Json> kept(ServiceClient backup, String restore) {
    return backup.get("/kept-databases").elements().stream()
        .filter(kept -> kept.text("restore").equalsIgnoreCase(restore))
        .findFirst();
  }

  private static Exit runDropKept(Arguments arguments, Session session) {
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    String restore = arguments.argument(0);
    boolean forget = arguments.flag("--forget");
    Consent.require(
        arguments,
        session,
        forget ? forgotten(backup, restore) : dropped(backup, restore),
        "see what there is with fairlead backup kept");
    String path = "/kept-databases/" + encoded(restore);
    Json ended = forget ? backup.post(path + "/forget", Json.object()) : backup.delete(path);
    Output output = session.output();
    if (output.json()) {
      output.document(ended);
    } else {
      output.line((forget ? "forgot " : "dropped ") + ended.text("name"));
    }
    return Exit.OK;
  }

  private static String dropped(ServiceClient backup, String restore) {
    return kept(backup, restore)
        .map(
            kept ->
                "%s is dropped, for good: what %s held until restore %s replaced it"
                    .formatted(kept.text("name"), kept.text("database"), restore))
        .orElse("what restore %s replaced and kept is dropped, for good".formatted(restore));
  }

  private static String forgotten(ServiceClient backup, String restore) {
    return "%s is listed no more, and stays on its server until somebody drops it there"
        .formatted(
            kept(backup, restore)
                .map(kept -> kept.text("name"))
                .orElse("what restore %s replaced and kept".formatted(restore)));
  }
}
