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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code backup run | list | databases | show}, and what else there is of {@code backup}. */
public final class BackupCommands {

  private static final Set<String> SUCCESSES = Set.of("completed", "verified");
  private static final Set<String> FAILURES = Set.of("failed", "corrupted");

  private BackupCommands() {}

  public static Command backup() {
    return Command.noun(
        "backup",
        "Take, list and restore backups.",
        Command.verb("run", "Back a database up now.", BackupCommands::runBackup)
            .argument("DATABASE", "As the manifest names it, such as orders/staging/main.")
            .option("--reason", "TEXT", "Why, for the audit trail.")
            .asCaller()
            .watchable("Wait until it is completed or failed.")
            .example(
                "fairlead backup run orders/staging/main --watch",
                "Ends with 0 when a complete backup exists."),
        Command.verb("list", "The catalogue of backups, newest first.", BackupCommands::runList)
            .option("--database", "NAME", "Only of this database.")
            .option("--limit", "N", "At most so many; 100 when left out.")
            .asCaller()
            .example("fairlead backup list --json", "For a script."),
        Command.verb("databases", "The databases that are backed up.", BackupCommands::runDatabases)
            .asCaller()
            .example("fairlead backup databases", "Where each is, and when it is backed up."),
        Command.verb("show", "One backup with its evidence.", BackupCommands::runShow)
            .argument("BACKUP", "Its id.")
            .asCaller(),
        StoreCommands.retention(),
        StoreCommands.reconcile(),
        StoreCommands.scrub(),
        RestoreCommands.restoreFiles(),
        RestoreCommands.restore(),
        RestoreCommands.restores(),
        ProofCommands.drill(),
        ProofCommands.drills(),
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

  /** Shows what was accepted, or waits for its end and shows that. */
  static Exit follow(
      ServiceClient backup,
      String path,
      String id,
      Json accepted,
      Arguments arguments,
      Session session)
      throws InterruptedException {
    Job job =
        new Job(
            () -> Optional.of(backup.get(path + encoded(id))).filter(BackupCommands::hasEnded),
            BackupCommands::hasSucceeded,
            lookAgain(path, id));
    return job.follow(accepted, arguments, session);
  }

  private static boolean hasEnded(Json document) {
    return hasSucceeded(document) || FAILURES.contains(state(document));
  }

  private static boolean hasSucceeded(Json document) {
    return SUCCESSES.contains(state(document));
  }

  private static String state(Json document) {
    return document.text("state").toLowerCase(Locale.ROOT);
  }

  private static String lookAgain(String path, String id) {
    return switch (path) {
      case "/backups/" -> "fairlead backup show " + id;
      case "/restores/" -> "fairlead backup restores show %s --watch".formatted(id);
      default -> "GET %s%s of backup-service".formatted(path, id);
    };
  }

  private static Exit runList(Arguments arguments, Session session) {
    Json answer =
        session
            .client(Service.BACKUP, arguments)
            .get(
                withQuery(
                    "/backups",
                    "database",
                    arguments.option("--database"),
                    "limit",
                    arguments.number("--limit", 100)));
    Output output = session.output();
    output.listing(
        answer,
        List.of("BACKUP", "DATABASE", "CLASS", "STATE", "PROOF", "SIZE", "ENDED"),
        backup -> row(output, backup));
    return Exit.OK;
  }

  private static List<String> row(Output output, Json backup) {
    return List.of(
        backup.text("backup"),
        backup.text("database"),
        backup.find("retentionClass").orElse("-"),
        output.state(state(backup)),
        backup.find("disproved").isPresent() ? "disproved" : backup.find("proof").orElse("-"),
        backup.find("sizeBytes").map(_ -> size(backup.number("sizeBytes"))).orElse("-"),
        backup.find("endedAt").orElse("-"));
  }

  /** Of 1000 bytes a unit, as disks are sold and clouds are paid. */
  static String size(long bytes) {
    if (bytes < 1_000) {
      return bytes + " B";
    }
    double rest = bytes / 1e3;
    for (String unit : List.of("kB", "MB", "GB")) {
      if (rest < 999.5) {
        return String.format(Locale.ROOT, rest < 10 ? "%.1f %s" : "%.0f %s", rest, unit);
      }
      rest /= 1e3;
    }
    return String.format(Locale.ROOT, "%.1f TB", rest);
  }

  private static Exit runDatabases(Arguments arguments, Session session) {
    Json answer = session.client(Service.BACKUP, arguments).get("/databases");
    session
        .output()
        .listing(
            answer,
            List.of("DATABASE", "HOST", "NAME", "USER", "SCHEDULE", "STATE"),
            BackupCommands::databaseRow);
    return Exit.OK;
  }

  private static List<String> databaseRow(Json database) {
    return List.of(
        database.text("database"),
        "%s:%s".formatted(database.text("host"), database.text("port")),
        database.text("name"),
        database.text("username"),
        database.text("schedule"),
        database.isTrue("removed") ? "removed" : "-");
  }

  private static Exit runShow(Arguments arguments, Session session) {
    Json answer =
        session.client(Service.BACKUP, arguments).get("/backups/" + encoded(arguments.argument(0)));
    session.output().show(answer);
    return Exit.OK;
  }
}
