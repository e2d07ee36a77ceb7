package dev.fairlead.backup.testing;

import dev.fairlead.backup.archive.AgeRecipients;
import dev.fairlead.backup.archive.Compression;
import dev.fairlead.backup.archive.KeyFile;
import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.backup.backup.BackupOrder;
import dev.fairlead.backup.backup.BackupPipeline;
import dev.fairlead.backup.backup.BackupPipeline.Options;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Store;
import dev.fairlead.events.BackupId;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A program that backs up into two folders and dies, as by SIGKILL, at the n-th moment something
 * was about to happen to a store or had just happened. Ends with 0 when there is no such moment.
 */
public final class KilledBackup {

  private static final int SMALL_PARTS = 64 * 1024;

  private KilledBackup() {}

  /**
   * @param arguments moment, backup, folder, port, database, user, recipient, statement key
   */
  public static void main(String[] arguments) {
    AtomicInteger moments = new AtomicInteger(Integer.parseInt(arguments[0]));
    Path folder = Path.of(arguments[2]);
    DatabaseAccess access =
        new DatabaseAccess(
            "127.0.0.1",
            Integer.parseInt(arguments[3]),
            arguments[4],
            arguments[5],
            System.getenv("SOURCE_PASSWORD"));
    List<Store> stores =
        List.of(
            dying(new DiskStore("near", folder.resolve("near")), moments),
            dying(new DiskStore("far", folder.resolve("far")), moments));
    new BackupPipeline(
            stores,
            () -> new AgeRecipients(List.of(arguments[6])),
            () ->
                StatementKey.parse(new KeyFile(Path.of(arguments[7])).read(StatementKey::generate)),
            new Options(null, new Compression(3, 1), SMALL_PARTS, true, Duration.ofMinutes(2)),
            Clock.systemUTC())
        .run(
            new BackupOrder(
                BackupId.of(arguments[1]), Workshop.DATABASE, null, Instant.now(), 1, access),
            (done, expected) -> {});
  }

  private static Store dying(Store store, AtomicInteger moments) {
    return (Store) dying(store, Store.class, moments);
  }

  private static Object dying(Object real, Class<?> type, AtomicInteger moments) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, values) -> {
          boolean silent = Set.of("name", "location", "toString").contains(method.getName());
          if (!silent) {
            pass(moments);
          }
          Object result = method.invoke(real, values);
          if (!silent) {
            pass(moments);
          }
          return method.getName().equals("begin")
              ? dying(result, method.getReturnType(), moments)
              : result;
        });
  }

  private static void pass(AtomicInteger moments) {
    if (moments.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(137);
    }
  }
}
