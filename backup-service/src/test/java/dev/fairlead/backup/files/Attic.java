package dev.fairlead.backup.files;

import com.zaxxer.hikari.HikariDataSource;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.AgeRecipients;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Compression;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.removal.RemovalLock;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Store.StoredObject;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.testing.Shared;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Archives of files in a store on disk, with a real catalogue and without the service around it.
 */
final class Attic implements AutoCloseable {

  static final DatabaseId DATABASE = new DatabaseId("orders/production/main");

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final AgeIdentity identity = AgeIdentity.parse(AgeIdentity.generate());
  private final Store store;
  private final FileStores stores;
  private final AtomicInteger statements = new AtomicInteger();
  private final HikariDataSource source = new HikariDataSource();
  final JdbcClient sql;

  Attic(Path folder) {
    this.store = new DiskStore("disk", folder);
    this.stores =
        new FileStores(
            List.of(store),
            () -> new AgeRecipients(identity.recipients()),
            new Compression(3, 0),
            5 * 1024 * 1024);
    PostgresServer server = Shared.secondPostgres();
    source.setJdbcUrl(server.createDatabase("attic_" + NUMBER.incrementAndGet()));
    source.setUsername(server.user());
    source.setPassword(server.password());
    source.setMinimumIdle(0);
    source.setMaximumPoolSize(4);
    Flyway.configure().dataSource(source).load().migrate();
    this.sql = JdbcClient.create(counted(source));
  }

  private DataSource counted(DataSource all) {
    return new DelegatingDataSource(all) {
      @Override
      public Connection getConnection() throws SQLException {
        statements.incrementAndGet();
        return super.getConnection();
      }
    };
  }

  record Archived(BackupKeys keys, Manifest.Files files) {

    /** As if its manifest said that each pack has so many bytes. */
    Archived claiming(long dumpBytes) {
      List<Manifest.Archive> packs =
          files.packs().stream()
              .map(
                  pack ->
                      new Manifest.Archive(
                          pack.name(),
                          pack.sizeBytes(),
                          pack.sha256(),
                          pack.partBytes(),
                          pack.partSha256(),
                          dumpBytes,
                          pack.recipients()))
              .toList();
      return new Archived(
          keys,
          new Manifest.Files(
              files.index(), packs, files.roots(), files.files(), files.bytes(), files.notes()));
    }
  }

  Archived archive(Path... roots) {
    BackupKeys keys = new BackupKeys(DATABASE, BackupId.random());
    Set<String> present = new HashSet<>();
    store.list(keys.packs()).forEach(object -> present.add(BackupKeys.packName(object.key())));
    PackReadBack readBack =
        new PackReadBack(stores, readings(), keys, Duration.ofDays(7), Clock.systemUTC());
    PostgresPacks packs =
        new PostgresPacks(sql, "orders/production", present, readBack, Clock.systemUTC());
    String name = BackupKeys.filesName(1);
    return new Archived(
        keys, new FileArchive(stores, packs, keys).make(List.of(roots), name, Set.of()));
  }

  /** Each archived root below {@code folder}, under its own name. */
  void restore(Archived archived, Path folder) {
    restore(archived, root -> folder.resolve(String.valueOf(root.getFileName())));
  }

  void restore(Archived archived, UnaryOperator<Path> target) {
    restoreFrom(List.of(store), archived, target, CorruptFiles.UNHEARD);
  }

  void restoreFrom(
      List<Store> some, Archived archived, UnaryOperator<Path> target, CorruptFiles witness) {
    FileCopies copies = new FileCopies(some, archived.keys().backup(), witness);
    new FileRestore(copies, identity, archived.keys(), archived.files()).run(target);
  }

  /** What somebody makes who can write to the stores and knows the public keys. */
  Archived forged(List<String> roots, FileEntry... entries) throws IOException {
    BackupKeys keys = new BackupKeys(DATABASE, BackupId.random());
    String lines =
        Stream.of(entries)
            .map(entry -> FileArchive.JSON.writeValueAsString(entry) + "\n")
            .collect(Collectors.joining());
    String name = BackupKeys.filesName(1);
    Manifest.Archive index =
        stores.write(
            keys.archive(name),
            name,
            new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    return new Archived(keys, new Manifest.Files(index, List.of(), roots, 0, 0, List.of()));
  }

  /** So many were executed while {@code work} was done: each asks for a connection. */
  int statements(Runnable work) {
    int before = statements.get();
    work.run();
    return statements.get() - before;
  }

  PackReadings readings() {
    return new PackReadings(sql);
  }

  /** As if no pack had been read for longer than scrubbing takes. */
  void aWeekPasses() {
    sql.sql("update file_pack_copy set read_at = now() - interval '8 days'").update();
  }

  PackSweep sweep() {
    return sweepOf(store);
  }

  PackSweep sweepOf(Store... swept) {
    return new PackSweep(
        sql,
        new Stores(List.of(swept)),
        stores,
        readings(),
        new RemovalLock(source, Duration.ofSeconds(5)),
        Clock.systemUTC());
  }

  /** Their names in the catalogue. */
  List<String> packs() {
    return sql.sql("select name from file_pack order by name").query(String.class).list();
  }

  Store store() {
    return store;
  }

  /** Of the packs, not of the indexes. */
  long packBytes() {
    return store.list(BackupKeys.PACKS).stream().mapToLong(StoredObject::sizeBytes).sum();
  }

  @Override
  public void close() {
    source.close();
  }
}
