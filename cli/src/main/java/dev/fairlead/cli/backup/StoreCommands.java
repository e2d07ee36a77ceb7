package dev.fairlead.cli.backup;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Consent;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.util.List;
import java.util.Locale;

/** {@code backup retention | reconcile | scrub}: what becomes of what is stored. */
final class StoreCommands {

  private StoreCommands() {}

  static Command retention() {
    return Command.verb(
            "retention",
            "Remove the copies that no rule keeps, and say of each why it goes or stays.",
            StoreCommands::runRetention)
        .asksConsent("Do it without asking.")
        .flag("--dry-run", "Only say what would happen.")
        .asCaller()
        .example("fairlead backup retention --dry-run", "Every keep and delete with its reason.");
  }

  static Command reconcile() {
    return Command.verb(
            "reconcile",
            "Compare stores and catalogue both ways: take in, tell, tidy up.",
            StoreCommands::runReconcile)
        .flag("--dry-run", "Only say what would happen.")
        .asCaller()
        .example("fairlead backup reconcile --dry-run", "What the two do not agree on.");
  }

  static Command scrub() {
    return Command.verb(
            "scrub",
            "Read stored copies again now, and replace those that have gone bad.",
            StoreCommands::runScrub)
        .optionalArgument("BACKUP", "Its id; every copy whose turn it is when left out.")
        .asCaller()
        .watchable("Wait until all of it was read.")
        .example(
            "fairlead backup scrub 0199… --watch",
            "Ends with 0 when every copy of it is good, or is good again.");
  }

  private static Exit runScrub(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    Json accepted = backup.post("/scrubs", Json.object("backup", arguments.optionalArgument(0)));
    return BackupCommands.follow(
        backup, "/scrubs/", accepted.text("scrub"), accepted, arguments, session);
  }

  private static Exit runRetention(Arguments arguments, Session session) {
    if (!arguments.flag("--dry-run")) {
      Consent.require(
          arguments,
          session,
          "the copies that no rule keeps are removed from their stores, for good",
          "see which those are with --dry-run");
    }
    return table(
        "/retention",
        List.of("database", "store", "backup", "verdict", "reason"),
        arguments,
        session);
  }

  private static Exit runReconcile(Arguments arguments, Session session) {
    return table(
        "/reconciliation",
        List.of("store", "key", "found", "remedy", "outcome"),
        arguments,
        session);
  }

  /** Reading it is the dry run, posting it the real one. */
  private static Exit table(
      String path, List<String> columns, Arguments arguments, Session session) {
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    Json answer = arguments.flag("--dry-run") ? backup.get(path) : backup.post(path, Json.object());
    session
        .output()
        .listing(
            answer,
            "nothing to do",
            columns.stream().map(column -> column.toUpperCase(Locale.ROOT)).toList(),
            row -> cells(row, columns));
    return Exit.OK;
  }

  private static List<String> cells(Json row, List<String> columns) {
    return columns.stream().map(row::text).toList();
  }
}
