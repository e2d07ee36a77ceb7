package dev.fairlead.backup.recovery;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.restore.RestoreOrder;
import dev.fairlead.backup.restore.RestorePipeline;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.RestoreId;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/**
 * {@code fairlead restore --from …}: reads a store, whoever wrote it, and restores from it. No
 * broker, no catalogue and no service is needed.
 */
public final class Recovery {

  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private final Map<String, String> environment;
  private final PrintStream out;

  Recovery(Map<String, String> environment, PrintStream out) {
    this.environment = environment;
    this.out = out;
  }

  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", "fairlead-recovery-logback.xml");
    System.exit(run(arguments, System.getenv(), to(FileDescriptor.out), to(FileDescriptor.err)));
  }

  /** It talks to people, not to a log. */
  private static PrintStream to(FileDescriptor stream) {
    return new PrintStream(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
  }

  static int run(
      String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    try {
      new Recovery(environment, out).perform(RecoveryOptions.parse(List.of(arguments)));
      return 0;
    } catch (BackupFailure failure) {
      err.println("error: " + failure.detail());
      err.println("  → " + failure.advice());
      return FAILED;
    } catch (IllegalArgumentException | IllegalStateException e) {
      err.println("error: " + e.getMessage());
      return USAGE;
    }
  }

  private void perform(RecoveryOptions options) {
    Store store = StoreAddress.of(options.from(), environment).open();
    RecoverableBackups backups = new RecoverableBackups(store);
    if (options.statement()) {
      out.println(StatedBackup.in(store, options.backup()));
      return;
    }
    if (options.into() == null) {
      list(backups, options);
      return;
    }
    Manifest manifest = backups.choose(options.database(), options.backup());
    out.printf(
        "backup    %s of %s, the data of %s%n",
        manifest.backup(), manifest.database(), manifest.source().snapshotAt());
    restore(store, manifest, options);
  }

  private void list(RecoverableBackups backups, RecoveryOptions options) {
    List<Manifest> found = backups.of(options.database());
    if (found.isEmpty()) {
      out.println("no backup" + (options.database() == null ? "" : " of " + options.database()));
    }
    for (Manifest manifest : found) {
      out.printf(
          "%s  %-40s %s  %,15d rows  PostgreSQL %s%n",
          manifest.backup(),
          manifest.database(),
          manifest.source().snapshotAt(),
          manifest.rows(),
          manifest.source().serverVersion());
    }
  }

  private void restore(Store store, Manifest manifest, RecoveryOptions options) {
    TargetAddress target = TargetAddress.parse(options.requiredInto(), environment);
    AgeIdentity identity = identity(options);
    MissingRoles roles = MissingRoles.of(target.access(), manifest);
    roles.createOrRefuse(options.createRoles());
    roles
        .created()
        .forEach(role -> out.printf("role      %s created; it cannot log in yet%n", role));
    RestoreOrder order =
        new RestoreOrder(
            RestoreId.random(),
            manifest,
            target.access(),
            target.access().name(),
            "unused",
            null,
            options.table());
    Restored restored =
        new RestorePipeline(List.of(store), () -> identity, options.postgresPrograms())
            .run(order, new PrintedProgress(out));
    out.printf(
        "restored  %s: %d tables with %,d rows, compared with the manifest%n",
        restored.into(), manifest.tables().size(), manifest.rows());
    roles
        .created()
        .forEach(role -> out.printf("next      alter role \"%s\" login password …;%n", role));
  }

  private AgeIdentity identity(RecoveryOptions options) {
    try {
      return AgeIdentity.parse(Files.readString(options.identity()));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the age identity %s cannot be read (%s); name the file with --identity"
              .formatted(options.identity(), e),
          e);
    }
  }
}
