package dev.fairlead.backup.testing;

import dev.fairlead.backup.store.S3Bucket;
import dev.fairlead.backup.store.S3Credentials;
import dev.fairlead.backup.store.S3Patience;
import dev.fairlead.backup.store.S3Store;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Fresh buckets of one S3 server that all tests of this JVM share. */
public final class Buckets {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static @Nullable S3Server server;

  private Buckets() {}

  public static synchronized S3Server server() {
    if (server == null) {
      try {
        server = S3Server.start(Files.createTempDirectory(Path.of("target"), "s3-"), Ports.free());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return server;
  }

  public static String fresh() {
    String name = "bucket-" + NUMBER.incrementAndGet();
    server().createBucket(name);
    return name;
  }

  public static S3Store store() {
    return store(server().endpoint(), fresh(), server().credentials().secretKey());
  }

  public static S3Store store(URI endpoint, String bucket, String secretKey) {
    return store(endpoint, bucket, secretKey, S3Patience.USUAL);
  }

  /** With a fresh bucket, behind {@code endpoint}. */
  public static S3Store store(URI endpoint, S3Patience patience) {
    return store(endpoint, fresh(), server().credentials().secretKey(), patience);
  }

  /** All of the bucket, not only what lies under our prefix. */
  public static S3Store whole(String bucket) {
    return S3Store.of(
        "whole",
        new S3Bucket(server().endpoint(), S3Server.REGION, bucket, ""),
        new S3Credentials(server().credentials().accessKey(), server().credentials()::secretKey));
  }

  private static S3Store store(URI endpoint, String bucket, String secretKey, S3Patience patience) {
    return S3Store.of(
        "s3",
        new S3Bucket(endpoint, S3Server.REGION, bucket, "backups"),
        new S3Credentials(server().credentials().accessKey(), () -> secretKey),
        patience);
  }
}
