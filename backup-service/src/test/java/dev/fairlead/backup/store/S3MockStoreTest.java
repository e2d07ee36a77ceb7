package dev.fairlead.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.testing.S3MockServer;
import dev.fairlead.stack.testing.InSecondLane;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** A server that has all that S3Proxy lacks. */
@InSecondLane
class S3MockStoreTest extends StoreConformance {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final S3Bucket bucket =
      new S3Bucket(
          S3MockServer.endpoint(), "us-east-1", "mock-" + NUMBER.incrementAndGet(), "backups");
  private final S3Client client =
      S3Clients.create(bucket, new S3Credentials("any", () -> "any-secret"));

  @Override
  Store store() {
    client.createBucket(request -> request.bucket(bucket.name()));
    return new S3Store("s3", client, bucket, S3Patience.USUAL);
  }

  /** In turns: S3Mock looks and then writes, so of two at once both may win now and then. */
  @Override
  @Test
  void ofSixteenWritersExactlyOneCreatesAnObject() {
    Store store = store();

    List<Boolean> won =
        IntStream.range(0, 16)
            .mapToObj(n -> store.createOnce("race/manifest.json", new byte[] {(byte) n}))
            .toList();

    assertThat(won).startsWith(true).containsOnlyOnce(true);
  }

  @Test
  void whatTheServerHasIsSeen() {
    store();

    assertThat(S3Capabilities.probe(client, bucket, "backups/.probe/1"))
        .isEqualTo(new S3Capabilities(true, true, true));
  }

  @Test
  void objectsAreEncryptedAtRestWhereTheServerDoesThat() {
    Store store = store();
    store.createOnce("small", new byte[1]);

    assertThat(
            client
                .headObject(request -> request.bucket(bucket.name()).key("backups/small"))
                .serverSideEncryption())
        .isEqualTo(ServerSideEncryption.AES256);
  }

  @Test
  void theServerEndsAbandonedUploadsAndKeepsTheRulesOfOthers() {
    Store store = store();
    LifecycleRule foreign =
        LifecycleRule.builder()
            .id("logs-of-somebody")
            .status(ExpirationStatus.ENABLED)
            .filter(filter -> filter.prefix("logs/"))
            .expiration(expiration -> expiration.days(3))
            .build();
    client.putBucketLifecycleConfiguration(
        request ->
            request
                .bucket(bucket.name())
                .lifecycleConfiguration(configuration -> configuration.rules(foreign)));

    store.probe();
    store.probe();

    List<LifecycleRule> rules =
        client.getBucketLifecycleConfiguration(request -> request.bucket(bucket.name())).rules();
    assertThat(rules)
        .extracting(LifecycleRule::id)
        .containsExactly("logs-of-somebody", "fairlead-abandoned-uploads-backups-");
    LifecycleRule ours = rules.getLast();
    assertThat(ours.filter().prefix()).isEqualTo("backups/");
    assertThat(ours.abortIncompleteMultipartUpload().daysAfterInitiation()).isEqualTo(7);
    assertThat(ours.expiration()).as("no backup is left to it").isNull();
  }
}
