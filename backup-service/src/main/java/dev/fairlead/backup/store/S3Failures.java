package dev.fairlead.backup.store;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What an S3 server's complaints mean for a backup. */
final class S3Failures {

  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int INSUFFICIENT_STORAGE = 507;

  private final String store;
  private final S3Bucket bucket;
  private final Runnable outage;

  /**
   * @param outage run when the server does not answer, or only that something is wrong with it
   */
  S3Failures(String store, S3Bucket bucket, Runnable outage) {
    this.store = store;
    this.bucket = bucket;
    this.outage = outage;
  }

  <T> T get(Supplier<T> request) {
    try {
      return request.get();
    } catch (SdkException e) {
      throw translate(e);
    }
  }

  void run(Runnable request) {
    try {
      request.run();
    } catch (SdkException e) {
      throw translate(e);
    }
  }

  private BackupFailure translate(SdkException e) {
    String what =
        "store %s (%s at %s): %s".formatted(store, bucket.name(), bucket.endpoint(), textOf(e));
    int status = e instanceof S3Exception answer ? answer.statusCode() : 0;
    return switch (status) {
      case FORBIDDEN ->
          unreachable(what, "check access key, secret key and the bucket's policy", e);
      case NOT_FOUND ->
          unreachable(
              what,
              e instanceof NoSuchUploadException
                  ? "see who else ends uploads there, such as a lifecycle rule"
                  : "create the bucket, or correct its name",
              e);
      case INSUFFICIENT_STORAGE ->
          new BackupFailure(
              BackupFailureReason.STORE_FULL,
              what,
              "free space there, or keep fewer backups (keep-last, keep-days of this store)",
              e);
      default -> {
        outage.run();
        yield unreachable(what, "check that the server runs and is reachable from here", e);
      }
    };
  }

  /**
   * @param bytes of each part
   */
  BackupFailure tooManyParts(String key, int most, int bytes) {
    return new BackupFailure(
        BackupFailureReason.STORE_FULL,
        "store %s (%s at %s): %s needs more than the %d parts that S3 takes, of %d MB each"
            .formatted(store, bucket.name(), bucket.endpoint(), key, most, bytes >> 20),
        "raise fairlead.backup.part-size, of which backup-service holds two in memory");
  }

  private static BackupFailure unreachable(String what, String advice, SdkException e) {
    return new BackupFailure(BackupFailureReason.STORE_UNREACHABLE, what, advice, e);
  }

  private static String textOf(SdkException e) {
    if (e instanceof S3Exception answer && answer.awsErrorDetails() != null) {
      return "HTTP %d %s".formatted(answer.statusCode(), answer.awsErrorDetails().errorCode());
    }
    return String.valueOf(e.getMessage());
  }
}
