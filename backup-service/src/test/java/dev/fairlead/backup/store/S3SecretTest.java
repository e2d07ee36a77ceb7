package dev.fairlead.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A bucket whose secret key is not where the settings say")
class S3SecretTest {

  @Test
  @DisplayName("cannot be reached, and the reason says which secret")
  void missing() {
    S3Store store =
        S3Store.of(
            "s3",
            new S3Bucket(Buckets.server().endpoint(), "us-east-1", "backups", ""),
            new S3Credentials(
                "key",
                () -> {
                  throw new IllegalStateException("secret:file:/run/s3: no such file");
                }));

    BackupFailure failure =
        catchThrowableOfType(BackupFailure.class, () -> store.createOnce("key", new byte[1]));

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.STORE_UNREACHABLE);
    assertThat(failure.sentence())
        .contains("secret:file:/run/s3: no such file", "fairlead.backup.s3.secret-key");
  }
}
