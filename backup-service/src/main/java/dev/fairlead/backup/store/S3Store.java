package dev.fairlead.backup.store;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * A bucket of any S3-compatible API, below a prefix. Only what every such server knows is relied
 * on: PUT, GET, DELETE, list and multipart uploads. Conditional PUT, server-side encryption and
 * lifecycle rules are probed and used where they work.
 */
public final class S3Store implements Store, AutoCloseable {

  private static final int PRECONDITION_FAILED = 412;
  private static final int CONFLICT = 409;

  private final String name;
  private final S3Client client;
  private final S3Bucket bucket;
  private final S3Failures failures;
  private final S3Uploads uploads;
  private final S3Patience patience;
  private final ReentrantLock probing = new ReentrantLock();
  private volatile @Nullable S3Capabilities capabilities;

  S3Store(String name, S3Client client, S3Bucket bucket, S3Patience patience) {
    this.name = name;
    this.patience = patience;
    this.client = client;
    this.bucket = bucket;
    this.failures = new S3Failures(name, bucket, () -> capabilities = null);
    this.uploads = new S3Uploads(client, bucket);
  }

  /** Does not talk to the server yet: it may be away when the service starts. */
  public static S3Store of(String name, S3Bucket bucket, S3Credentials credentials) {
    return of(name, bucket, credentials, S3Patience.USUAL);
  }

  public static S3Store of(
      String name, S3Bucket bucket, S3Credentials credentials, S3Patience patience) {
    return new S3Store(name, S3Clients.create(bucket, credentials, patience), bucket, patience);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String location(String key) {
    return "s3://%s/%s".formatted(bucket.name(), bucket.keyOf(key));
  }

  @Override
  public Upload begin(String key, int partBytes) {
    ServerSideEncryption encryption = encryptionAtRest();
    return failures.get(
        () ->
            S3Upload.begin(
                client, bucket.name(), bucket.keyOf(key), encryption, failures, patience));
  }

  @Override
  public boolean createOnce(String key, byte[] content) {
    S3Capabilities known = capabilities();
    return failures.get(
        () -> {
          if (!known.conditionalPut() && isThere(client, bucket.name(), bucket.keyOf(key))) {
            return false;
          }
          return put(key, content, known.conditionalPut());
        });
  }

  private boolean put(String key, byte[] content, boolean onlyNew) {
    ServerSideEncryption encryption = encryptionAtRest();
    try {
      client.putObject(
          request -> {
            request.bucket(bucket.name()).key(bucket.keyOf(key));
            request.contentMD5(Md5.base64(content, content.length));
            request.serverSideEncryption(encryption);
            request.ifNoneMatch(onlyNew ? "*" : null);
            request.overrideConfiguration(
                own -> own.apiCallAttemptTimeout(patience.withBody(content.length)));
          },
          RequestBody.fromBytes(content));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  static boolean isThere(S3Client client, String bucket, String key) {
    try {
      client.headObject(request -> request.bucket(bucket).key(key));
      return true;
    } catch (NoSuchKeyException _) {
      return false;
    }
  }

  @Override
  public Optional<InputStream> open(String key) {
    return failures.get(
        () -> {
          try {
            return Optional.of(
                S3Download.begin(client, bucket.name(), bucket.keyOf(key), patience.attempts()));
          } catch (NoSuchKeyException _) {
            return Optional.empty();
          }
        });
  }

  @Override
  public void delete(String key) {
    failures.run(
        () -> client.deleteObject(request -> request.bucket(bucket.name()).key(bucket.keyOf(key))));
  }

  @Override
  public List<StoredObject> list(String prefix) {
    return failures.get(
        () ->
            client
                .listObjectsV2Paginator(
                    request -> request.bucket(bucket.name()).prefix(bucket.keyOf(prefix)))
                .contents()
                .stream()
                .map(
                    object ->
                        new StoredObject(
                            bucket.withoutPrefix(object.key()),
                            object.size(),
                            object.lastModified()))
                .filter(object -> !object.key().equals(MARK))
                .toList());
  }

  @Override
  public List<UnfinishedUpload> unfinished(String prefix) {
    return failures.get(() -> uploads.under(prefix));
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    failures.run(() -> uploads.abort(upload));
  }

  @Override
  public void probe() {
    capabilities = null;
    capabilities();
  }

  /** What this server can do, asked once and again after an outage: it may be another one then. */
  private S3Capabilities capabilities() {
    S3Capabilities known = capabilities;
    return known == null ? probedOnce() : known;
  }

  private S3Capabilities probedOnce() {
    probing.lock();
    try {
      S3Capabilities known = capabilities;
      if (known == null) {
        String key = bucket.keyOf(".probe/" + UUID.randomUUID());
        known = failures.get(() -> S3Capabilities.probe(client, bucket, key));
        capabilities = known;
      }
      return known;
    } finally {
      probing.unlock();
    }
  }

  private @Nullable ServerSideEncryption encryptionAtRest() {
    return capabilities().encryptionAtRest() ? ServerSideEncryption.AES256 : null;
  }

  @Override
  public void close() {
    client.close();
  }
}
