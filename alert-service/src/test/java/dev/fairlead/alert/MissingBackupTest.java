package dev.fairlead.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.EnvironmentName;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@DisplayName("A backup that does not come")
class MissingBackupTest {

  private final AlertStage stage = AlertStage.shared();

  @Test
  @DisplayName("is noticed without anybody saying so, once, and so is one that came at last")
  void missingBackup() throws Exception {
    DatabaseId database = new DatabaseId("ledger/production/main");
    String fingerprint = "backup-missing:" + database;
    stage.facts().tell(Backups.expected(database, Instant.now().plusSeconds(3)));
    JsonNode missing = stage.service().awaitAlert(fingerprint, "open").path("alert");
    assertThat(missing.path("summary").asString()).contains("there has been none yet");
    assertThat(missing.path("labels").path("application").asString()).isEqualTo("ledger");

    stage.service().kill();
    stage.service().start();
    BackupId backup = BackupId.random();
    stage.facts().tell(Backups.completed(backup, database));
    stage.facts().tell(Backups.verified(backup, database, ProofLevel.READ_BACK));
    stage.facts().tell(Backups.verified(backup, database, ProofLevel.DRILLED));
    JsonNode over = stage.service().awaitAlert(fingerprint, "resolved").path("alert");
    assertThat(over.path("alert")).as("still the same alert").isEqualTo(missing.path("alert"));
    assertThat(over.path("occurrences").asInt()).isEqualTo(1);
    assertThat(over.path("resolution").asString()).startsWith("a drilled backup");
  }

  @Test
  @DisplayName("is not made up for by one that was read back, unless no drill was promised")
  void undrilled() throws Exception {
    DatabaseId drilled = new DatabaseId("proved/production/main");
    DatabaseId undrilled = new DatabaseId("unproved/production/main");
    Instant due = Instant.now().plusSeconds(2);
    stage.facts().tell(Backups.expected(drilled, due));
    stage.facts().tell(Backups.expected(undrilled, due, DrillPolicy.NEVER));
    stage.service().awaitAlert("backup-missing:" + drilled, "open");
    stage.service().awaitAlert("backup-missing:" + undrilled, "open");
    BackupId proved = completed(drilled);
    completed(undrilled);
    stage.service().awaitAlert("backup-missing:" + undrilled, "resolved");
    stage.facts().tell(Backups.verified(proved, drilled, ProofLevel.DRILLED));
    assertThat(
            stage
                .service()
                .awaitAlert("backup-missing:" + drilled, "resolved")
                .path("alert")
                .path("resolution")
                .asString())
        .as("by nothing before")
        .startsWith("a drilled backup");
  }

  private BackupId completed(DatabaseId database) throws Exception {
    BackupId backup = BackupId.random();
    stage.facts().tell(Backups.completed(backup, database));
    stage.facts().tell(Backups.verified(backup, database, ProofLevel.READ_BACK));
    return backup;
  }

  @Test
  @DisplayName("is missing as well where a drill disproved the one that came, until one proves it")
  void disproved() throws Exception {
    DatabaseId disproved = new DatabaseId("disproved/production/main");
    DatabaseId healed = new DatabaseId("healed/production/main");
    Instant due = Instant.now().plusSeconds(4);
    stage.facts().tell(Backups.expected(disproved, due, DrillPolicy.NEVER));
    stage.facts().tell(Backups.expected(healed, due, DrillPolicy.NEVER));
    BackupId backup = completed(disproved);
    BackupId withBadCopy = completed(healed);

    stage.facts().tell(Backups.corrupted(withBadCopy, healed));
    stage.facts().tell(Backups.disproved(backup, disproved));

    stage.service().awaitAlert("backup-missing:" + disproved, "open");
    assertThat(stage.service().alert("backup-missing:" + healed).isMissingNode()).isTrue();
    stage.facts().tell(Backups.verified(backup, disproved, ProofLevel.DRILLED));
    stage.service().awaitAlert("backup-missing:" + disproved, "resolved");
  }

  @Test
  @DisplayName("is forgotten when its manifest no longer names the database")
  void noLongerExpected() throws Exception {
    DatabaseId database = new DatabaseId("retired/production/main");
    stage.facts().tell(Backups.expected(database, Instant.now().plusSeconds(2)));
    stage.service().awaitAlert("backup-missing:" + database, "open");
    stage
        .facts()
        .tell(
            new ApplicationRemoved(
                new ApplicationName("retired"), new EnvironmentName("production")));
    stage.service().awaitAlert("backup-missing:" + database, "resolved");
  }
}
