package dev.fairlead.cli.backup;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code restore --from}: recovery where nothing of Fairlead runs. The code is backup-service's
 * own, run as a program.
 */
public final class RecoveryCommand {

  private static final List<String> OPTIONS =
      List.of(
          "--from",
          "--database",
          "--backup",
          "--into",
          "--files-below",
          "--table",
          "--identity",
          "--key",
          "--postgres-programs");

  private RecoveryCommand() {}

  public static Command restore() {
    return Command.verb(
            "restore",
            "Restore from a store alone: no broker, no catalogue, no service. Where backup-service runs:"
                + " fairlead backup restore.",
            RecoveryCommand::run)
        .requiredOption("--from", "STORE", "A folder, or s3://bucket/prefix.")
        .option("--database", "NAME", "As the manifest named it, orders/production/main.")
        .option("--backup", "ID", "Which backup; the newest when left out.")
        .option(
            "--into", "ADDRESS", "postgresql://user@host:5432/new_database; only lists without it.")
        .option(
            "--files-below",
            "FOLDER",
            "Put the files of the same moment there, each with the path it had; a new folder.")
        .option("--table", "TABLE", "schema.table: all definitions, the rows of this one only.")
        .option("--identity", "FILE", "The age private key; age-identity.txt when left out.")
        .option("--key", "FILE", "The public key that must have signed the backup; else unchecked.")
        .option("--postgres-programs", "FOLDER", "Where pg_restore is; searched for otherwise.")
        .flag("--create-roles", "Make the roles that the backup names and the server lacks.")
        .example("fairlead restore --from s3://backups/fairlead", "Lists what is there.")
        .example(
            "fairlead restore --from s3://backups/fairlead --database orders/production/main"
                + " --into postgresql://postgres@localhost/orders --create-roles",
            "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ENDPOINT_URL and PGPASSWORD are read.");
  }

  private static Exit run(Arguments arguments, Session session)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>();
    OPTIONS.forEach(
        name -> arguments.option(name).ifPresent(value -> options.addAll(List.of(name, value))));
    if (arguments.flag("--create-roles")) {
      options.add("--create-roles");
    }
    return RecoveryProgram.run(session, options);
  }
}
