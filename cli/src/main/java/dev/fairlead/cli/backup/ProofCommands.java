package dev.fairlead.cli.backup;

import static dev.fairlead.cli.service.ServiceClient.encoded;
import static dev.fairlead.cli.service.ServiceClient.withQuery;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code backup drill | drills | recovery-drill | verify-statement}: how far a backup was proved.
 */
final class ProofCommands {

  private static final Set<String> ENDS = Set.of("proved", "disproved", "failed");

  private ProofCommands() {}

  static Command drill() {
    return Command.verb(
            "drill",
            "Restore a backup into a throwaway cluster and compare every table.",
            ProofCommands::runDrill)
        .argument("BACKUP", "Its id.")
        .asCaller()
        .watchable("Wait until it is proved or not.")
        .example("fairlead backup drill 0199… --watch", "Ends with 0 when the backup is proved.");
  }

  static Command drills() {
    return Command.verb("drills", "The drills there were, newest first.", ProofCommands::runDrills)
        .option("--database", "NAME", "Only of this database.")
        .option("--limit", "N", "At most so many; 20 when left out.")
        .asCaller()
        .example("fairlead backup drills", "What was proved, and what was not.");
  }

  static Command verifyStatement() {
    return Command.verb(
            "verify-statement",
            "Check the signature of what a drill stated.",
            ProofCommands::runVerify)
        .argument("BACKUP", "Its id.")
        .option("--key", "FILE", "A public key you kept; the one the service shows when left out.")
        .option("--statement", "FILE", "The statement; the one of the backup when left out.")
        .option("--from", "STORE", "A folder, or s3://bucket/prefix, instead of the service.")
        .asCaller()
        .example(
            "fairlead backup verify-statement 0199… --key statement.pem",
            "Does not take the service's word for its own key.")
        .example(
            "fairlead backup verify-statement 0199… --from s3://backups/fairlead --key statement.pem",
            "Needs no service, and compares with the manifest in the store.");
  }

  static Command recoveryDrill() {
    return Command.verb(
            "recovery-drill",
            "Recover a database from the farthest store alone; when that last worked.",
            ProofCommands::runRecoveryDrill)
        .optionalArgument("DATABASE", "Drill it now; all are listed when left out.")
        .asCaller()
        .watchable("Wait until it has worked or failed.")
        .example(
            "fairlead backup recovery-drill orders/production/main --watch",
            "Ends with 0 when the bucket alone brings it back.");
  }

  private static Exit runRecoveryDrill(Arguments arguments, Session session)
      throws InterruptedException {
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    Optional<String> database = arguments.optionalArgument(0);
    if (database.isEmpty()) {
      session
          .output()
          .listing(
              backup.get("/recovery-drills"),
              List.of("DATABASE", "STORE", "WORKED", "MS", "FAILED BECAUSE"),
              ProofCommands::recoveryRow);
      return Exit.OK;
    }
    Json accepted = backup.post("/recovery-drills", Json.object("database", database.get()));
    Job job =
        new Job(
            () -> ended(backup.get("/recovery-drills"), database.get()),
            drill -> drill.find("detail").isEmpty(),
            "fairlead backup recovery-drill");
    return job.follow(accepted, arguments, session);
  }

  /** Asking for one makes the last attempt forgotten. */
  private static Optional<Json> ended(Json drills, String database) {
    return drills.elements().stream()
        .filter(drill -> drill.text("database").equals(database))
        .filter(drill -> drill.find("attemptedAt").isPresent())
        .findFirst();
  }

  private static List<String> recoveryRow(Json drill) {
    return List.of(
        drill.text("database"),
        drill.find("store").orElse("-"),
        drill.find("succeededAt").orElse("never"),
        drill.find("recoveryMillis").orElse("-"),
        drill.find("detail").orElse("-"));
  }

  private static Exit runDrills(Arguments arguments, Session session) {
    Json answer =
        session
            .client(Service.BACKUP, arguments)
            .get(
                withQuery(
                    "/drills",
                    "database",
                    arguments.option("--database"),
                    "limit",
                    arguments.number("--limit", 20)));
    Output output = session.output();
    output.listing(
        answer,
        List.of("BACKUP", "DATABASE", "STATE", "STORE", "ENDED", "DETAIL"),
        drill -> row(output, drill));
    return Exit.OK;
  }

  private static List<String> row(Output output, Json drill) {
    return List.of(
        drill.text("backup"),
        drill.text("database"),
        output.state(drill.text("state")),
        drill.find("store").orElse("-"),
        drill.find("endedAt").orElse("-"),
        drill.find("detail").orElse("-"));
  }

  private static Exit runDrill(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    String id = arguments.argument(0);
    Json accepted = backup.post("/backups/%s/drill".formatted(encoded(id)), Json.object());
    Job job =
        new Job(
            () ->
                Optional.of(backup.get("/drills/" + encoded(id)))
                    .filter(drill -> ENDS.contains(drill.text("state"))),
            drill -> drill.text("state").equals("proved"),
            "fairlead backup drills");
    return job.follow(accepted, arguments, session);
  }

  private static Exit runVerify(Arguments arguments, Session session)
      throws IOException, InterruptedException {
    if (arguments.option("--from").isPresent()) {
      return runVerifyInStore(arguments, session);
    }
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    String id = arguments.argument(0);
    String key =
        arguments.option("--key").isPresent()
            ? read(session, arguments.option("--key").get())
            : backup.get("/statement-key").text("publicKey");
    String statement =
        arguments.option("--statement").isPresent()
            ? read(session, arguments.option("--statement").get()).strip()
            : statementOf(backup, id);
    Json stated = SignedStatement.parse(statement).verified(key);
    if (!stated.text("backup").equals(id)) {
      throw new Failure(
          Exit.FAILED,
          "the statement is of backup %s, not of %s".formatted(stated.text("backup"), id),
          "ask for the backup that it is of");
    }
    session.output().show(stated);
    return Exit.OK;
  }

  /** A store cannot vouch for its own key, so one has to be given. */
  private static Exit runVerifyInStore(Arguments arguments, Session session)
      throws IOException, InterruptedException {
    String key =
        read(
            session,
            arguments
                .option("--key")
                .orElseThrow(
                    () ->
                        new Failure(
                            Exit.USAGE,
                            "--from needs --key",
                            "name the file with the public key you kept (GET /statement-key)")));
    String id = arguments.argument(0);
    Json stored =
        Json.parse(
            RecoveryProgram.output(
                session,
                List.of(
                    "--from", arguments.option("--from").get(), "--backup", id, "--statement")));
    Json stated = SignedStatement.parse(stored.text("statement")).verified(key);
    for (String field : List.of("backup", "archiveSha256", "contentsSha256")) {
      requireEqual(field, stored.text(field), stated.text(field));
    }
    // Older statements do not name it.
    stated
        .find("manifestSha256")
        .ifPresent(sha256 -> requireEqual("manifestSha256", stored.text("manifestSha256"), sha256));
    session.output().show(stated);
    return Exit.OK;
  }

  private static void requireEqual(String field, String stored, String stated) {
    if (!stored.equals(stated)) {
      throw new Failure(
          Exit.FAILED,
          "the backup in the store is not the one that was drilled: its %s is %s, and the statement says %s"
              .formatted(field, stored, stated),
          "do not trust this backup; see whether another store has it as it was");
    }
  }

  private static String statementOf(ServiceClient backup, String id) {
    return backup
        .get("/backups/" + encoded(id))
        .find("statement")
        .orElseThrow(
            () ->
                new Failure(
                    Exit.FAILED,
                    "backup %s was not drilled".formatted(id),
                    "drill it: fairlead backup drill %s --watch".formatted(id)));
  }

  private static String read(Session session, String name) throws IOException {
    Path file = session.surroundings().folder().resolve(name);
    if (!Files.isReadable(file)) {
      throw new Failure(Exit.USAGE, "%s cannot be read".formatted(file), "name a readable file");
    }
    return Files.readString(file);
  }
}
