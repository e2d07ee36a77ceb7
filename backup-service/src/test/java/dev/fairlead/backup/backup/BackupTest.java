package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A backup")
class BackupTest {

  private static final Cause EVENT = new Cause(null, "0199-event");
  private static final Cause FOUND_IN_A_STORE = new Cause(null, null);

  @Test
  @DisplayName("is of the class that its request says: of a release, scheduled, or asked for")
  void classes() {
    DeploymentId deployment = DeploymentId.random();
    String timetable = Backup.TIMETABLE.value();

    assertThat(backup(deployment, "user/alice", EVENT).retentionClass())
        .contains(RetentionClass.RELEASE);
    assertThat(backup(null, timetable, EVENT).retentionClass()).contains(RetentionClass.SCHEDULED);
    assertThat(backup(null, "user/alice", EVENT).retentionClass())
        .contains(RetentionClass.ON_DEMAND);
    assertThat(backup(null, null, EVENT).retentionClass()).contains(RetentionClass.ON_DEMAND);
    assertThat(backup(null, null, FOUND_IN_A_STORE).retentionClass())
        .as("an older manifest does not say it")
        .isEmpty();
  }

  @Test
  @DisplayName("tells what was wrong with a copy without the secrets that were known here")
  void redacted(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "canary-of-the-bucket");
    Secrets.ofThisProcess().resolve(new SecretReference("secret:file:" + file)).reveal();

    assertThat(
            backup(null, null, EVENT)
                .corrupted("s3", "GET https://key:canary-of-the-bucket@s3/x said 404")
                .detail())
        .isEqualTo("GET https://key:****@s3/x said 404");
  }

  private static Backup backup(
      @Nullable DeploymentId deployment, @Nullable String requestedBy, Cause cause) {
    return new Backup(
        BackupId.random(),
        new DatabaseId("orders/production/main"),
        deployment,
        requestedBy,
        null,
        Instant.EPOCH,
        cause,
        BackupState.REQUESTED,
        0,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        true,
        null,
        null,
        List.of());
  }
}
