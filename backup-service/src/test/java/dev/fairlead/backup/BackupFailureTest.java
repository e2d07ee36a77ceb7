package dev.fairlead.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A failure")
class BackupFailureTest {

  @TempDir Path folder;

  @Test
  @DisplayName("is told without the secrets that its text repeats, and is otherwise the same")
  void redacted() throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "canary-of-a-failure");
    Secrets.ofThisProcess().resolve(new SecretReference("secret:file:" + file));
    IllegalStateException cause = new IllegalStateException();
    BackupFailure failure =
        new BackupFailure(
            BackupFailureReason.STORE_UNREACHABLE,
            "AccessDenied for canary-of-a-failure",
            "replace canary-of-a-failure",
            cause);

    BackupFailure told = failure.redacted();

    assertThat(told.sentence()).isEqualTo("AccessDenied for ****; replace ****");
    assertThat(told.reason()).isEqualTo(BackupFailureReason.STORE_UNREACHABLE);
    assertThat(told).hasCause(cause);
  }
}
