package dev.fairlead.backup.store;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The one rule that is left to the server: it ends uploads that nobody goes on with, also while we
 * are gone for good. Backups themselves are never left to a rule that counts days, since that knows
 * no pins and no last good one.
 */
final class S3Lifecycle {

  /** Ours among the rules of others, which stay as they are. */
  private static final String RULE = "fairlead-abandoned-uploads";

  /** Later than our own sweeper, which looks whether an upload is still being written to. */
  private static final int DAYS = 7;

  private static final int NOT_FOUND = 404;

  private final S3Client client;
  private final S3Bucket bucket;

  S3Lifecycle(S3Client client, S3Bucket bucket) {
    this.client = client;
    this.bucket = bucket;
  }

  /**
   * Whether the server now has the rule. Without a prefix there is none: the bucket may have
   * uploads of others, which it would end as well.
   */
  boolean sweepUploads() {
    return !bucket.prefix().isEmpty() && S3Lack.hasAndWorks(this::ensure, "lifecycle rules");
  }

  private boolean ensure() {
    List<LifecycleRule> rules = new ArrayList<>(rules());
    if (rules.stream().noneMatch(this::isOurs)) {
      rules.removeIf(rule -> id().equals(rule.id()));
      rules.add(ours());
      client.putBucketLifecycleConfiguration(
          request ->
              request
                  .bucket(bucket.name())
                  .lifecycleConfiguration(configuration -> configuration.rules(rules)));
    }
    return rules().stream().anyMatch(this::isOurs);
  }

  private List<LifecycleRule> rules() {
    try {
      return client
          .getBucketLifecycleConfiguration(request -> request.bucket(bucket.name()))
          .rules();
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        return List.of();
      }
      throw e;
    }
  }

  private boolean isOurs(LifecycleRule rule) {
    return id().equals(rule.id())
        && rule.abortIncompleteMultipartUpload() != null
        && Integer.valueOf(DAYS)
            .equals(rule.abortIncompleteMultipartUpload().daysAfterInitiation());
  }

  private LifecycleRule ours() {
    return LifecycleRule.builder()
        .id(id())
        .status(ExpirationStatus.ENABLED)
        .filter(filter -> filter.prefix(bucket.prefix()))
        .abortIncompleteMultipartUpload(abort -> abort.daysAfterInitiation(DAYS))
        .build();
  }

  /** Several services may share a bucket under prefixes of their own. */
  private String id() {
    return RULE + "-" + bucket.prefix().replace('/', '-');
  }
}
