package dev.fairlead.backup.store;

import dev.fairlead.backup.store.Store.UnfinishedUpload;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;

/** Multipart uploads that were begun and have not ended. */
final class S3Uploads {

  /** A part that is being written when an upload is aborted can outlive it. */
  private static final int MOST_ABORTS = 10;

  private final S3Client client;
  private final S3Bucket bucket;

  S3Uploads(S3Client client, S3Bucket bucket) {
    this.client = client;
    this.bucket = bucket;
  }

  /** Servers disagree on whether the prefix of this listing is one; so it is looked at again. */
  List<UnfinishedUpload> under(String prefix) {
    String full = bucket.keyOf(prefix);
    return client
        .listMultipartUploadsPaginator(request -> request.bucket(bucket.name()).prefix(full))
        .uploads()
        .stream()
        .filter(upload -> upload.key().startsWith(full))
        .map(this::unfinished)
        .toList();
  }

  private UnfinishedUpload unfinished(MultipartUpload upload) {
    Instant touched =
        parts(client, bucket.name(), upload.key(), upload.uploadId())
            .map(Part::lastModified)
            .reduce(upload.initiated(), (one, other) -> one.isAfter(other) ? one : other);
    return new UnfinishedUpload(bucket.withoutPrefix(upload.key()), upload.uploadId(), touched);
  }

  void abort(UnfinishedUpload upload) {
    abort(client, bucket.name(), bucket.keyOf(upload.key()), upload.handle());
  }

  /** Until no part is left: an abort does not wait for parts that are on their way. */
  static void abort(S3Client client, String bucket, String key, String id) {
    for (int count = 0; count < MOST_ABORTS; count++) {
      try {
        client.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(id));
      } catch (NoSuchUploadException _) {
        return;
      }
      if (parts(client, bucket, key, id).findAny().isEmpty()) {
        return;
      }
    }
  }

  private static Stream<Part> parts(S3Client client, String bucket, String key, String id) {
    try {
      return client
          .listPartsPaginator(request -> request.bucket(bucket).key(key).uploadId(id))
          .parts()
          .stream()
          .toList()
          .stream();
    } catch (NoSuchUploadException _) {
      return Stream.empty();
    }
  }
}
