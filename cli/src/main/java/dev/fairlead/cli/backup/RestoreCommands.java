package dev.fairlead.cli.backup;

import static dev.fairlead.cli.service.ServiceClient.encoded;
import static dev.fairlead.cli.service.ServiceClient.withQuery;

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

/** {@code backup restore | restores | restore-files}: what is brought back. */
final class RestoreCommands {

  private static final String RESTORES = "/restores/";

  private RestoreCommands() {}

  static Command restore() {
    return Command.verb(
            "restore",
            "Restore a database, into a new one or in place with the old one kept. Where no"
                + " service of Fairlead runs: fairlead restore.",
            RestoreCommands::runRestore)
        .asksConsent("Do it without asking.")
        .argument("DATABASE", "What to restore, such as orders/production/main.")
        .option("--backup", "ID", "Which backup; the newest good one when left out.")
        .option("--into", "NAME", "A new database; in place when left out, which needs --yes.")
        .option("--table", "TABLE", "schema.table: the rows of this one only; needs --into.")
        .flag("--with-files", "Bring the files of the same moment back as well; in place only.")
        .option("--reason", "TEXT", "Why, for the audit trail.")
        .asCaller()
        .watchable("Wait until it is completed or failed.")
        .example(
            "fairlead backup restore orders/production/main --into orders_copy --watch",
            "Looks without touching the original.")
        .example(
            "fairlead backup restore orders/production/main --yes --watch",
            "In place: the database that is there now is kept under another name.");
  }

  static Command restores() {
    return Command.noun(
        "restores",
        "The restores there were, and how they went.",
        Command.verb("list", "Newest first.", RestoreCommands::runList)
            .option("--database", "NAME", "Only of this database.")
            .option("--limit", "N", "At most so many; 20 when left out.")
            .asCaller()
            .example("fairlead backup restores list", "With what they replaced."),
        Command.verb("show", "One restore.", RestoreCommands::runShow)
            .argument("RESTORE", "Its id.")
            .asCaller()
            .watchable("Wait until it is completed or failed.")
            .example("fairlead backup restores show 0199… --watch", "Follows it to the end."));
  }

  static Command restoreFiles() {
    return Command.verb(
            "restore-files",
            "Bring back the files that were archived with a backup.",
            RestoreCommands::runRestoreFiles)
        .asksConsent("Do it without asking.")
        .argument("BACKUP", "Its id; the same as the database was restored from.")
        .option(
            "--below",
            "FOLDER",
            "A new folder; in place when left out, which needs --yes, the old ones kept.")
        .asCaller()
        .watchable("Wait until it is completed or failed.")
        .example(
            "fairlead backup restore-files 0199… --below /tmp/look --watch",
            "Looks without touching the originals.");
  }

  private static Exit runRestore(Arguments arguments, Session session) throws InterruptedException {
    String database = arguments.argument(0);
    if (arguments.option("--into").isEmpty()) {
      Consent.require(
          arguments,
          session,
          "%s is replaced by %s; the database that is there now is kept under another name, and sessions in it are ended"
              .formatted(
                  database,
                  arguments.option("--backup").map("backup "::concat).orElse("its newest backup")),
          "restore beside it with --into NAME");
    }
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    Json accepted =
        backup.post(
            "/restores",
            Json.object(
                "database", database,
                "backup", arguments.option("--backup"),
                "newDatabase", arguments.option("--into"),
                "table", arguments.option("--table"),
                "withFiles", arguments.flag("--with-files") ? Optional.of(true) : Optional.empty(),
                "reason", arguments.option("--reason")));
    return BackupCommands.follow(
        backup, RESTORES, accepted.text("restore"), accepted, arguments, session);
  }

  private static Exit runList(Arguments arguments, Session session) {
    Json answer =
        session
            .client(Service.BACKUP, arguments)
            .get(
                withQuery(
                    "/restores",
                    "database",
                    arguments.option("--database"),
                    "limit",
                    arguments.number("--limit", 20)));
    Output output = session.output();
    output.listing(
        answer,
        List.of("RESTORE", "DATABASE", "STATE", "BACKUP", "INTO", "KEPT AS", "BY", "ENDED"),
        restore -> row(output, restore));
    return Exit.OK;
  }

  private static List<String> row(Output output, Json restore) {
    return List.of(
        restore.text("restore"),
        restore.text("database"),
        output.state(restore.text("state")),
        restore.find("backup").orElse("-"),
        restore.find("newDatabase").orElse("in place"),
        restore.find("keptAs").orElse("-"),
        restore.find("requestedBy").orElse("-"),
        restore.find("endedAt").orElse("-"));
  }

  private static Exit runShow(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    String id = arguments.argument(0);
    Json restore = backup.get(RESTORES + encoded(id));
    return BackupCommands.follow(backup, RESTORES, id, restore, arguments, session);
  }

  private static Exit runRestoreFiles(Arguments arguments, Session session)
      throws InterruptedException {
    String id = arguments.argument(0);
    if (arguments.option("--below").isEmpty()) {
      Consent.require(
          arguments,
          session,
          "the files of backup %s take the places that the manifest names in backup.files; what is there now is kept under another name"
              .formatted(id),
          "look at them first with --below FOLDER");
    }
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    Json accepted =
        backup.post(
            "/file-restores", Json.object("backup", id, "below", arguments.option("--below")));
    return BackupCommands.follow(
        backup, "/file-restores/", accepted.text("restore"), accepted, arguments, session);
  }
}
