package dev.fairlead.cli.backup;

import static dev.fairlead.cli.service.ServiceClient.encoded;

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
import java.time.Duration;
import java.util.Set;

/** {@code backup drill | verify-statement}: how far a backup was proved. */
final class ProofCommands {

  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final int LOOK_EVERY_MILLIS = 500;
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

  static Command verifyStatement() {
    return Command.verb(
            "verify-statement",
            "Check the signature of what a drill stated.",
            ProofCommands::runVerify)
        .argument("BACKUP", "Its id.")
        .option("--key", "FILE", "A public key you kept; the one the service shows when left out.")
        .option("--statement", "FILE", "The statement; the one of the backup when left out.")
        .asCaller()
        .example(
            "fairlead backup verify-statement 0199… --key statement.pem",
            "Does not take the service's word for its own key.");
  }

  private static Exit runDrill(Arguments arguments, Session session) throws InterruptedException {
    ServiceClient backup = session.client(Service.BACKUP, arguments);
    String id = arguments.argument(0);
    Json accepted = backup.post("/backups/%s/drill".formatted(encoded(id)), Json.object());
    Output output = session.output();
    if (!arguments.flag("--watch")) {
      show(output, accepted);
      return Exit.OK;
    }
    long deadline = System.nanoTime() + arguments.duration("--timeout", PATIENCE).toNanos();
    while (System.nanoTime() < deadline) {
      Json drill = backup.get("/drills/" + encoded(id));
      if (ENDS.contains(drill.text("state"))) {
        show(output, drill);
        return drill.text("state").equals("proved") ? Exit.OK : Exit.FAILED;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    output.note("still under way: " + id);
    return Exit.TIMED_OUT;
  }

  private static Exit runVerify(Arguments arguments, Session session) throws IOException {
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
    show(session.output(), stated);
    return Exit.OK;
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

  private static void show(Output output, Json document) {
    if (output.json()) {
      output.document(document);
    } else {
      output.fields(document);
    }
  }
}
