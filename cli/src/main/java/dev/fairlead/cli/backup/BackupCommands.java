package dev.fairlead.cli.backup;

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
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code backup run | list | show | retention | reconcile | scrub | restore | drill | …}. */
public final class BackupCommands {

  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final int LOOK_EVERY_MILLIS = 500;

  private BackupCommands() {}

  public static Command backup() {
    return Command.noun(
        "backup",
        "Take, list and restore backups.",
        Command.verb("run", "Back a database up now.", BackupCommands::runBackup)
            .argument("DATABASE", "As the manifest names it, such as orders/staging/orders.")
            .option("--reason", "TEXT", "Why, for the audit trail.")
            .asCaller()
            .watchable("Wait until it is completed or failed.")
            .example(
                "fairlead backup run orders --watch", "Ends with 0 when a complete backup exists."),
        Command.verb("list", "The catalogue of backups, newest first.", BackupCommands::runList)
            .option("--database", "NAME", "Only of this database.")
            .asCaller()
            .example("fairlead backup list --json", "For a script."),
        Command.verb("databases", "The databases that are backed up.", BackupCommands::runDatabases)
            .asCaller(),
        Command.verb("show", "One backup with its evidence.", BackupCommands::runShow)
            .argument("BACKUP", "Its id.")
            .asCaller(),
        StoreCommands.retention(),
        StoreCommands.reconcile(),
        StoreCommands.scrub(),
        StoreCommands.restoreFiles(),
        Command.verb(
                "restore",
                "Restore a database, into a new one or in place with the old one kept.",
                BackupCommands::runRestore)
            .argument("DATABASE", "What to restore.")
            .option("--backup", "ID", "Which backup; the newest good one when left out.")
            .option("--into", "NAME", "A new database; in place when left out.")
            .option("--table", "TABLE", "schema.table: the rows of this one only; needs --into.")
            .flag("--with-files", "Bring the files of the same moment back as well; in place only.")
            .option("--reason", "TEXT", "Why, for the audit trail.")
            .asCaller()
            .watchable("Wait until it is completed or failed.")
            .example(
                "fairlead backup restore orders --into orders_copy --watch",
                "Looks without touching the original."),
        ProofCommands.drill(),
        ProofCommands.verifyStatement(),
        ProofCommands.recoveryDrill(),
        KeptCommands.warm(),
        KeptCommands.kept(),
        KeptCommands.dropKept());
  }

  private static Exit runBackup(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    Json accepted =
        backup.post(
            "/backups",
            Json.object("database", arguments.argument(0), "reason", arguments.option("--reason")));
    return follow(backup, "/backups/", accepted.text("backup"), accepted, arguments, session);
  }

  private static Exit runRestore(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    Json accepted =
        backup.post(
            "/restores",
            Json.object(
                "database", arguments.argument(0),
                "backup", arguments.option("--backup"),
                "newDatabase", arguments.option("--into"),
                "table", arguments.option("--table"),
                "withFiles", arguments.flag("--with-files") ? Optional.of(true) : Optional.empty(),
                "reason", arguments.option("--reason")));
    return follow(backup, "/restores/", accepted.text("restore"), accepted, arguments, session);
  }

  static Exit follow(
      ServiceClient backup,
      String path,
      String id,
      Json accepted,
      Arguments arguments,
      Session session)
      throws InterruptedException {
    Output output = session.output();
    if (!arguments.flag("--watch")) {
      show(output, accepted);
      return Exit.OK;
    }
    long deadline = System.nanoTime() + arguments.duration("--timeout", PATIENCE).toNanos();
    while (System.nanoTime() < deadline) {
      Json now = backup.get(path + encoded(id));
      switch (now.text("state").toLowerCase(Locale.ROOT)) {
        case "completed", "verified" -> {
          show(output, now);
          return Exit.OK;
        }
        case "failed", "corrupted" -> {
          show(output, now);
          return Exit.FAILED;
        }
        default -> Thread.sleep(LOOK_EVERY_MILLIS);
      }
    }
    output.note("still under way: " + id);
    return Exit.TIMED_OUT;
  }

  private static Exit runList(Arguments arguments, Session session) {
    Json answer =
        session
            .client(Service.BACKUP, arguments)
            .get(withQuery("/backups", "database", arguments.option("--database")));
    Output output = session.output();
    if (output.json()) {
      output.document(answer);
      return Exit.OK;
    }
    output.table(
        List.of("BACKUP", "DATABASE", "CLASS", "STATE", "PROOF", "SIZE", "ENDED"),
        answer.elements().stream().map(backup -> row(output, backup)).toList());
    return Exit.OK;
  }

  private static List<String> row(Output output, Json backup) {
    return List.of(
        backup.text("backup"),
        backup.text("database"),
        backup.find("retentionClass").orElse("-"),
        output.state(backup.text("state").toLowerCase(Locale.ROOT)),
        backup.find("proof").orElse("-"),
        backup.find("sizeBytes").orElse("-"),
        backup.find("endedAt").orElse("-"));
  }

  private static Exit runDatabases(Arguments arguments, Session session) {
    Json answer = session.client(Service.BACKUP, arguments).get("/databases");
    Output output = session.output();
    if (output.json()) {
      output.document(answer);
    } else {
      answer
          .elements()
          .forEach(database -> output.line(database.find("database").orElseGet(database::asText)));
    }
    return Exit.OK;
  }

  private static Exit runShow(Arguments arguments, Session session) {
    Json answer =
        session.client(Service.BACKUP, arguments).get("/backups/" + encoded(arguments.argument(0)));
    show(session.output(), answer);
    return Exit.OK;
  }

  private static void show(Output output, Json document) {
    if (output.json()) {
      output.document(document);
    } else {
      output.fields(document);
    }
  }
}
