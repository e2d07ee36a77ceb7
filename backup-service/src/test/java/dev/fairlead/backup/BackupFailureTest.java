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

  @Test
  @DisplayName("of any length is told in a few pages, and none of its secrets in part")
  void shortened() throws IOException {
    String secret = "canary-cut-in-two";
    Path file = Files.writeString(folder.resolve("key"), secret);
    Secrets.ofThisProcess().resolve(new SecretReference("secret:file:" + file));
    String start = "x".repeat(ToldText.LONGEST - 11);

    String told =
        new BackupFailure(
                BackupFailureReason.DUMP_FAILED,
                start + secret + "\uD83D\uDE00".repeat(999),
                "wait")
            .redacted()
            .detail();

    assertThat(told).startsWith(start + "****").endsWith("\uD83D\uDE00 …").doesNotContain("can");
    assertThat(told).hasSizeLessThanOrEqualTo(ToldText.LONGEST + 2);
  }
}
