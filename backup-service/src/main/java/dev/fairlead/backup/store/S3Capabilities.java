package dev.fairlead.backup.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * What a server was seen to do. Many answer 501 to what they lack; some ignore it, which is worse,
 * so what counts is what they say they have done.
 *
 * @param conditionalPut {@code If-None-Match: *} refuses a second writer
 * @param encryptionAtRest it encrypts with SSE-S3 on request, and says so
 * @param sweepsUploads it has a lifecycle rule of ours that ends abandoned uploads
 */
record S3Capabilities(boolean conditionalPut, boolean encryptionAtRest, boolean sweepsUploads) {

  private static final Logger log = LoggerFactory.getLogger(S3Capabilities.class);
  private static final int PRECONDITION_FAILED = 412;

  /** Writes and removes one small object; asks first, since an answer to a body can get lost. */
  static S3Capabilities probe(S3Client client, S3Bucket bucket, String key) {
    client.listObjectsV2(request -> request.bucket(bucket.name()).prefix(key).maxKeys(1));
    PutObjectRequest plain = PutObjectRequest.builder().bucket(bucket.name()).key(key).build();
    put(client, plain);
    S3Capabilities found =
        new S3Capabilities(
            refusesSecondWriter(client, plain),
            encrypts(client, plain),
            new S3Lifecycle(client, bucket).sweepUploads());
    client.deleteObject(request -> request.bucket(bucket.name()).key(key));
    log.info("bucket={} {}", bucket.name(), found);
    return found;
  }

  private static boolean encrypts(S3Client client, PutObjectRequest plain) {
    PutObjectRequest encrypted =
        plain.toBuilder().serverSideEncryption(ServerSideEncryption.AES256).build();
    return S3Lack.hasAndWorks(
        () -> put(client, encrypted) == ServerSideEncryption.AES256, "encryption at rest");
  }

  private static boolean refusesSecondWriter(S3Client client, PutObjectRequest plain) {
    PutObjectRequest onlyNew = plain.toBuilder().ifNoneMatch("*").build();
    try {
      S3Lack.hasAndWorks(
          () -> {
            put(client, onlyNew);
            return true;
          },
          "conditional writes");
      return false;
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED) {
        return true;
      }
      throw e;
    }
  }

  /** The encryption that the server says it has used. */
  private static ServerSideEncryption put(S3Client client, PutObjectRequest request) {
    return client.putObject(request, RequestBody.fromString("probe")).serverSideEncryption();
  }
}
