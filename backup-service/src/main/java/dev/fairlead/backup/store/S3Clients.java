package dev.fairlead.backup.store;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Clients that speak plain S3: path-style addresses and no checksum headers of newer servers. */
final class S3Clients {

  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Of silence on the wire, not of the whole transfer. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private S3Clients() {}

  static S3Client create(S3Bucket bucket, S3Credentials credentials) {
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
                .socketTimeout(SILENCE)
                .build())
        .build();
  }

  private static AwsCredentials known(S3Bucket bucket, S3Credentials credentials) {
    try {
      return AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey().get());
    } catch (RuntimeException e) {
      throw new BackupFailure(
          BackupFailureReason.STORE_UNREACHABLE,
          "the secret key of bucket %s cannot be had: %s".formatted(bucket.name(), e.getMessage()),
          "put it where fairlead.backup.s3.secret-key says; it is read anew each time",
          e);
    }
  }
}
