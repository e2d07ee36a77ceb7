package dev.fairlead.backup.testing;

import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.AgeRecipients;
import dev.fairlead.backup.archive.Compression;
import dev.fairlead.backup.archive.KeyFile;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.backup.backup.BackupOrder;
import dev.fairlead.backup.backup.BackupPipeline;
import dev.fairlead.backup.backup.BackupPipeline.Options;
import dev.fairlead.backup.drill.DrillPipeline;
import dev.fairlead.backup.drill.DrillPipeline.Finding;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.postgres.PostgresPrograms;
import dev.fairlead.backup.restore.DatabaseIdentity;
import dev.fairlead.backup.restore.RestoreOrder;
import dev.fairlead.backup.restore.RestorePipeline;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.backup.restore.RestorePipeline.Witness;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.RestoreId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Both pipelines over the same stores and keys, without the service around them. */
public final class Workshop implements Witness {

  public static final DatabaseId DATABASE = new DatabaseId("orders/production/main");
  private static final int SMALL_PARTS = 5 * 1024 * 1024;

  private final String identityFile = AgeIdentity.generate();
  private final AgeIdentity identity = AgeIdentity.parse(identityFile);
  private final List<Store> stores;
  private final StatementKey ownKey = StatementKey.parse(StatementKey.generate());
  private final List<String> corrupted = new ArrayList<>();
  private @Nullable Path programs;
  private Duration limit = Duration.ofMinutes(5);
  private Clock clock = Clock.systemUTC();
  private int partBytes = SMALL_PARTS;
  private Supplier<StatementKey> key = () -> ownKey;

  public Workshop(Store... stores) {
    this.stores = List.of(stores);
  }

  public Workshop withPrograms(Path folder) {
    this.programs = folder;
    return this;
  }

  public Workshop withTimeLimit(Duration newLimit) {
    this.limit = newLimit;
    return this;
  }

  /** S3 may want larger ones. */
  public Workshop withParts(int bytes) {
    this.partBytes = bytes;
    return this;
  }

  public Workshop withClock(Clock newClock) {
    this.clock = newClock;
    return this;
  }

  /** Signs with the key in this file, which is made when it is not there, as the service does. */
  public Workshop withKey(Path file) {
    this.key = () -> StatementKey.parse(new KeyFile(file).read(StatementKey::generate));
    return this;
  }

  public String identityFile() {
    return identityFile;
  }

  public BackupPipeline backups() {
    Options options = new Options(programs, new Compression(3, 1), partBytes, true, limit);
    return new BackupPipeline(
        stores, () -> new AgeRecipients(identity.recipients()), key, options, clock);
  }

  public Manifest backUp(DatabaseAccess access) {
    return backUp(order(access));
  }

  public Manifest backUp(BackupOrder order) {
    return backups().run(order, (done, expected) -> {});
  }

  public static BackupOrder order(DatabaseAccess access) {
    return new BackupOrder(BackupId.random(), DATABASE, null, Instant.now(), 1, access);
  }

  public Restored restore(
      Manifest manifest, DatabaseAccess access, @Nullable String newDatabase, String keptAs) {
    return restore(manifest, access, newDatabase, keptAs, null);
  }

  public Restored restoreTable(
      Manifest manifest, DatabaseAccess access, String newDatabase, String table) {
    return restore(manifest, access, newDatabase, "unused", table);
  }

  private Restored restore(
      Manifest manifest,
      DatabaseAccess access,
      @Nullable String newDatabase,
      String keptAs,
      @Nullable String table) {
    RestoreOrder order =
        new RestoreOrder(RestoreId.random(), manifest, access, newDatabase, keptAs, null, table);
    return new RestorePipeline(stores, () -> identity, programs).run(order, this);
  }

  public Finding drill(Manifest manifest, Path folder) {
    return new DrillPipeline(stores, () -> identity, folder, programs, limit).run(manifest, this);
  }

  public static PostgresPrograms serverPrograms() {
    return PostgresPrograms.withServer(10, null).orElseThrow();
  }

  @Override
  public void created(DatabaseIdentity database) {}

  @Override
  public void corrupted(String store, String detail) {
    corrupted.add(store + " " + detail);
  }

  public List<String> corrupted() {
    return corrupted;
  }
}
