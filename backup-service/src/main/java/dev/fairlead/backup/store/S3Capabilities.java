package dev.fairlead.backup.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * What a server was seen to do. Many answer 501 to what they lack; some ignore it, which is worse.
 *
 * @param conditionalPut {@code If-None-Match: *} refuses a second writer
 * @param encryptionAtRest it accepts a request for SSE-S3
 */
record S3Capabilities(boolean conditionalPut, boolean encryptionAtRest) {

  private static final Logger log = LoggerFactory.getLogger(S3Capabilities.class);
  private static final int BAD_REQUEST = 400;
  private static final int PRECONDITION_FAILED = 412;
  private static final int NOT_IMPLEMENTED = 501;

  /** Writes and removes one small object. */
  static S3Capabilities probe(S3Client client, String bucket, String key) {
    PutObjectRequest plain = PutObjectRequest.builder().bucket(bucket).key(key).build();
    put(client, plain);
    boolean encrypts =
        supported(
            () ->
                put(
                    client,
                    plain.toBuilder().serverSideEncryption(ServerSideEncryption.AES256).build()));
    boolean conditional = refused(() -> put(client, plain.toBuilder().ifNoneMatch("*").build()));
    client.deleteObject(request -> request.bucket(bucket).key(key));
    log.info("bucket={} conditional-put={} encryption-at-rest={}", bucket, conditional, encrypts);
    return new S3Capabilities(conditional, encrypts);
  }

  private static void put(S3Client client, PutObjectRequest request) {
    client.putObject(request, RequestBody.fromString("probe"));
  }

  private static boolean supported(Runnable request) {
    try {
      request.run();
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_IMPLEMENTED || e.statusCode() == BAD_REQUEST) {
        return false;
      }
      throw e;
    }
  }

  private static boolean refused(Runnable request) {
    try {
      supported(request);
      return false;
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED) {
        return true;
      }
      throw e;
    }
  }
}
