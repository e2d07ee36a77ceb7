package dev.fairlead.backup.store;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
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
        .credentialsProvider(
            () ->
                AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey().get()))
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .httpClient(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(CONNECT)
                .socketTimeout(SILENCE)
                .build())
        .build();
  }
}
