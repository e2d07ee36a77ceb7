package dev.fairlead.backup.recovery;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestSignature;
import dev.fairlead.backup.archive.StoredBackups.Listed;
import dev.fairlead.backup.archive.TrustedKey;
import dev.fairlead.backup.recovery.RecoverableBackups.Choice;
import dev.fairlead.backup.restore.RestoreOrder;
import dev.fairlead.backup.restore.RestorePipeline;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.backup.restore.SoleRestore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    if (options.statement()) {
      out.println(StatedBackup.in(store, options.backup()));
      return;
    }
    RecoverableBackups backups = new RecoverableBackups(store, key(options));
    if (options.onlyLists()) {
      list(backups, options);
      return;
    }
    Choice choice = backups.choose(options.database(), options.backup());
    Manifest manifest = choice.manifest();
    out.printf(
        "backup    %s of %s, the data of %s%n",
        manifest.backup(), manifest.database(), manifest.source().snapshotAt());
    tellTrust(choice, backups);
    AgeIdentity identity = identity(options);
    if (options.into() != null) {
      restore(store, manifest, options.into(), identity, options);
    }
    if (options.filesBelow() != null) {
      restoreFiles(store, manifest, options.filesBelow(), identity, backups.key());
    }
  }

  /**
   * @param disproof where it is said that a drill disproved it, if nobody brought a key
   */
  private static String remark(
      RecoverableBackups backups, Listed listed, @Nullable String disproof) {
    if (disproof != null) {
      return "  " + hearsay(disproof);
    }
    if (!backups.isTrusted(listed)) {
      return "  NOT signed by this key";
    }
    return backups.read(listed).filter(backups::isDisproved).isPresent()
        ? "  DISPROVED by a drill"
        : "";
  }

  private static String hearsay(String disproof) {
    return "a drill is said to have disproved it (%s); unchecked without --key".formatted(disproof);
  }

  private void tellTrust(Choice choice, RecoverableBackups backups) {
    TrustedKey key = backups.key();
    for (Listed newer : choice.passedOver()) {
      out.printf(
          "skipped   %s, the data of %s: %s%n",
          newer.keys().backup(),
          newer.snapshotAt(),
          backups.isTrusted(newer)
              ? "a drill found other data in it than its snapshot held"
              : "this key did not sign it");
    }
    tellDisproof(choice.manifest(), backups);
    if (key != null) {
      out.printf("trusted   key %s signed it%n", key.id());
    } else {
      out.printf(
          "unchecked %s; whoever can write to the store can have made this backup. Name the public key you kept: --key%n",
          ManifestSignature.claimedKey(choice.manifest())
              .map("the signature that key %s is said to have put on it"::formatted)
              .orElse("it has no signature"));
    }
  }

  /** With a key it was named all the same, without one nobody can tell. */
  private void tellDisproof(Manifest manifest, RecoverableBackups backups) {
    if (backups.isDisproved(manifest)) {
      out.println("disproved a drill found other data in it than its snapshot held");
    }
    backups
        .saidToBeDisproved(manifest)
        .ifPresent(disproof -> out.printf("disproved %s%n", hearsay(disproof)));
  }

  private void list(RecoverableBackups backups, RecoveryOptions options) {
    List<Listed> found = backups.of(options.database());
    if (found.isEmpty()) {
      out.println("no backup" + (options.database() == null ? "" : " of " + options.database()));
    }
    Map<BackupKeys, String> disproofs = backups.saidToBeDisproved(options.database());
    for (Listed listed : found) {
      out.printf(
          "%s  %-40s %s  %,15d rows  PostgreSQL %s%s%n",
          listed.keys().backup(),
          listed.keys().database(),
          listed.snapshotAt(),
          listed.rows(),
          listed.serverVersion(),
          remark(backups, listed, disproofs.get(listed.keys())));
    }
  }

  private void restore(
      Store store, Manifest manifest, String into, AgeIdentity identity, RecoveryOptions options) {
    TargetAddress target = TargetAddress.parse(into, environment);
    MissingRoles roles = MissingRoles.of(target.access(), manifest);
    roles.createOrRefuse(options.createRoles());
    roles
        .created()
        .forEach(role -> out.printf("role      %s created; it cannot log in yet%n", role));
    RestoreOrder order =
        new RestoreOrder(
            SoleRestore.into(target.access().name()),
            manifest,
            target.access(),
            target.access().name(),
            "unused",
            null,
            options.table());
    Restored restored = restored(store, order, identity, options);
    tellRestored(restored, order);
    if (manifest.notes() != null) {
      manifest.notes().forEach(note -> out.printf("note      %s%n", note));
    }
    restored.notSet().forEach(setting -> out.printf("not set   %s%n", setting));
    roles
        .created()
        .forEach(role -> out.printf("next      alter role \"%s\" login password …;%n", role));
  }

  private void tellRestored(Restored restored, RestoreOrder order) {
    String table = order.table();
    Manifest manifest = order.manifest();
    String what =
        table == null
            ? "%d tables with %,d rows".formatted(manifest.tables().size(), manifest.rows())
            : "table %s with %,d rows, all others empty".formatted(table, order.rows());
    out.printf("restored  %s: %s, compared with the manifest%n", restored.into(), what);
  }

  /** There is no service here that would sweep what is left. */
  private Restored restored(
      Store store, RestoreOrder order, AgeIdentity identity, RecoveryOptions options) {
    try (SoleRestore _ = SoleRestore.begin(order)) {
      return new RestorePipeline(List.of(store), () -> identity, options.postgresPrograms())
          .run(order, new PrintedProgress(out));
    }
  }

  private void restoreFiles(
      Store store, Manifest manifest, Path below, AgeIdentity identity, @Nullable TrustedKey key) {
    Manifest.Files files = manifest.files();
    if (files == null) {
      out.println("files     the backup has none");
      return;
    }
    if (key != null && !ManifestSignature.fits(manifest, key)) {
      throw new BackupFailure(
          BackupFailureReason.CHECKSUM_MISMATCH,
          "key %s signed a drill of backup %s, which says nothing of its files"
              .formatted(key.id(), manifest.backup()),
          "choose a backup whose manifest it signed (--backup), or restore the files without --key");
    }
    new RecoveredFiles(store, identity).bringBack(manifest, below);
    out.printf("files     %,d below %s, compared with their digests%n", files.files(), below);
  }

  private static @Nullable TrustedKey key(RecoveryOptions options) {
    Path file = options.key();
    return file == null ? null : TrustedKey.parse(read(file, "the public key", "--key"));
  }

  private static AgeIdentity identity(RecoveryOptions options) {
    return AgeIdentity.parse(read(options.identity(), "the age identity", "--identity"));
  }

  private static String read(Path file, String what, String option) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s %s cannot be read (%s); name the file with %s".formatted(what, file, e, option), e);
    }
  }
}
