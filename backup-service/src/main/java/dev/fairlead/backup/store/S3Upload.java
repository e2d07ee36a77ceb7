package dev.fairlead.backup.store;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** A multipart upload: nothing is listed under the key until it is completed. */
final class S3Upload implements Upload {

  private static final Logger log = LoggerFactory.getLogger(S3Upload.class);

  /** Of every S3 API. */
  private static final int MOST_PARTS = 10_000;

  private final S3Client client;
  private final String bucket;
  private final String key;
  private final String id;
  private final S3Failures failures;
  private final S3Patience patience;
  private final List<CompletedPart> parts = new ArrayList<>();
  private boolean ended;

  private S3Upload(
      S3Client client,
      String bucket,
      String key,
      String id,
      S3Failures failures,
      S3Patience patience) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.id = id;
    this.failures = failures;
    this.patience = patience;
  }

  static S3Upload begin(
      S3Client client,
      String bucket,
      String key,
      @Nullable ServerSideEncryption encryption,
      S3Failures failures,
      S3Patience patience) {
    String id =
        client
            .createMultipartUpload(
                request -> request.bucket(bucket).key(key).serverSideEncryption(encryption))
            .uploadId();
    return new S3Upload(client, bucket, key, id, failures, patience);
  }

  @Override
  public void part(byte[] part, int length) {
    int number = parts.size() + 1;
    if (number > MOST_PARTS) {
      throw failures.tooManyParts(key, MOST_PARTS, length);
    }
    String tag =
        failures.get(
            () ->
                client
                    .uploadPart(
                        request ->
                            request
                                .bucket(bucket)
                                .key(key)
                                .uploadId(id)
                                .partNumber(number)
                                .contentMD5(Md5.base64(part, length))
                                .overrideConfiguration(
                                    own -> own.apiCallAttemptTimeout(patience.withBody(length))),
                        RequestBody.fromContentProvider(
                            () -> new ByteArrayInputStream(part, 0, length),
                            length,
                            "application/octet-stream"))
                    .eTag());
    parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
  }

  @Override
  public void complete() {
    failures.run(this::putTogether);
    ended = true;
  }

  /**
   * When the answer to a first attempt gets lost, the second one finds no upload any more, but the
   * object. That it is what was sent is seen when it is read back.
   */
  private void putTogether() {
    try {
      client.completeMultipartUpload(
          request ->
              request
                  .bucket(bucket)
                  .key(key)
                  .uploadId(id)
                  .multipartUpload(upload -> upload.parts(parts))
                  .overrideConfiguration(own -> own.apiCallAttemptTimeout(patience.forAssembly())));
    } catch (NoSuchUploadException e) {
      if (!S3Store.isThere(client, bucket, key)) {
        throw e;
      }
    }
  }

  /** A store that is away cannot be told; the sweeper finds what then stays. */
  @Override
  public void abort() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      failures.run(() -> S3Uploads.abort(client, bucket, key, id));
    } catch (RuntimeException e) {
      log.warn("key={} upload={} left to the sweeper: {}", key, id, e.getMessage());
    }
  }
}
