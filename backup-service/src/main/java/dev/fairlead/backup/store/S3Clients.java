package dev.fairlead.backup.store;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Clients that speak plain S3: path-style addresses and no checksum headers of newer servers. */
final class S3Clients {

  private static final Duration CONNECT = Duration.ofSeconds(5);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  private S3Clients() {}

  static S3Client create(S3Bucket bucket, S3Credentials credentials) {
    return create(bucket, credentials, S3Patience.USUAL);
  }

  static S3Client create(S3Bucket bucket, S3Credentials credentials, S3Patience patience) {
    return S3Client.builder()
        .endpointOverride(bucket.endpoint())
        .region(Region.of(bucket.region()))
        .forcePathStyle(true)
        .credentialsProvider(() -> known(bucket, credentials))
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .httpClient(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT)
                .socketTimeout(patience.answer())
                .build())
        .overrideConfiguration(
            settings ->
                settings
                    .apiCallAttemptTimeout(CONNECT.plus(patience.answer()))
                    .retryStrategy(retries(patience)))
        .build();
  }

  /**
   * Said here, since a file in the home folder of the service's user would change it else. Without
   * the bucket of tokens: a store that comes back is not to be refused for how long it was away.
   */
  private static RetryStrategy retries(S3Patience patience) {
    BackoffStrategy pauses = BackoffStrategy.exponentialDelay(patience.pause(), LONGEST_PAUSE);
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(patience.attempts())
        .backoffStrategy(pauses)
        .throttlingBackoffStrategy(pauses)
        .circuitBreakerEnabled(false)
        .retryOnException(S3Clients::isGarbledOnItsWay)
        .build();
  }

  /** The server compared what came with its checksum. */
  private static boolean isGarbledOnItsWay(Throwable failure) {
    return failure instanceof S3Exception answer
        && answer.awsErrorDetails() != null
        && "BadDigest".equals(answer.awsErrorDetails().errorCode());
  }

  private static AwsCredentials known(S3Bucket bucket, S3Credentials credentials) {
    try {
      String key = credentials.accessKey();
      String secret = credentials.secretKey().get();
      String token = credentials.sessionToken();
      return token == null
          ? AwsBasicCredentials.create(key, secret)
          : AwsSessionCredentials.create(key, secret, token);
    } catch (RuntimeException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "the secret key of bucket %s cannot be had: %s".formatted(bucket.name(), e.getMessage()),
          "put it where fairlead.backup.s3.secret-key says; it is read anew each time",
          e);
    }
  }
}
