package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.BOB;
import static dev.fairlead.deployer.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.Actor;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.events.PlanHash;
import dev.fairlead.events.RestoreId;
import dev.fairlead.events.SecretReference;
import dev.fairlead.events.Version;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@DisplayName("What a program wrote")
class WordingTest {

  private static final String NASTY = "a\u0000b \u001b[31mred\u202Egnp\uD800 – ä 🙂\tc\nd";
  private static final String HARMLESS = "a\uFFFDb \uFFFD[31mred\uFFFDgnp\uFFFD – ä 🙂\tc\nd";

  @Test
  @DisplayName("is told without what a database refuses or a terminal obeys, however a step ended")
  void results() {
    for (StepResult result :
        List.of(
            StepResult.failed(NASTY, NASTY),
            StepResult.succeeded(NASTY),
            new StepResult.Needless(NASTY),
            new StepResult.Inconclusive(NASTY),
            new StepResult.Unfinished(NASTY),
            new StepResult.Confirmed(NASTY, List.of()))) {
      assertThat(result.redacted().detail()).as("%s", result.getClass()).isEqualTo(HARMLESS);
    }
    assertThat(((StepResult.Failed) StepResult.failed("", NASTY).redacted()).advice())
        .isEqualTo(HARMLESS);
  }

  @Test
  @DisplayName("or whoever asks, approves, cancels or tells a fact, is told without that as well")
  void facts() {
    BackupId backup = BackupId.random();
    RestoreId restore = RestoreId.random();
    PlanHash hash = new PlanHash("sha256:" + "0".repeat(64));
    for (Fact fact :
        List.of(
            new Fact.Approved(hash, BOB, NASTY),
            new Fact.Rejected(BOB, NASTY),
            new Fact.CancelRequested(BOB, NASTY),
            new Fact.ContinueRequested(BOB, NASTY),
            new Fact.UndoRequested(BOB, false, NASTY),
            new Fact.BackupCompleted(backup, NASTY),
            new Fact.BackupDrilled(backup, NASTY),
            new Fact.BackupDrillFailed(backup, NASTY, NASTY),
            new Fact.BackupFailed(backup, NASTY, NASTY),
            new Fact.RestoreCompleted(restore, NASTY),
            new Fact.RestoreFailed(restore, NASTY, NASTY),
            new Fact.HealthDegraded(NASTY, NOON, NASTY),
            new Fact.Regressed(NASTY, null, NOON, NASTY))) {
      assertThat(Wording.clean(fact).toString())
          .isEqualTo(fact.toString().replace(NASTY, HARMLESS));
    }
  }

  @Test
  @DisplayName("as the reason of a request is told without that, and who asked stays who it is")
  void request() {
    Request clean = asked(null, null).with(Wording::clean);

    assertThat(clean.reason()).isEqualTo(HARMLESS);
    assertThat(clean.isFrom(new Actor("event:\u202E"))).isTrue();
    assertThat(clean.isFrom(new Actor("b\u202Eob"))).isTrue();
  }

  @Test
  @DisplayName("to find an artifact or a commit by is refused, never changed")
  void references() {
    assertThatThrownBy(() -> References.of(asked(NASTY, "c0ffee\u202E")).requirePrintable())
        .isInstanceOfSatisfying(
            Refusal.class, refused -> assertThat(refused.code()).isEqualTo("unprintable-reference"))
        .hasMessageContaining("artifact " + HARMLESS)
        .hasMessageContaining("commit c0ffee\uFFFD");
    References.of(asked("orders-2.zip", null)).requirePrintable();
  }

  @Test
  @DisplayName("is found by the same name when a secret is a part of that name")
  void secretInReference(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "chestnut");
    var _ = Secrets.ofThisProcess().resolve(new SecretReference("secret:file:" + file));
    Request asked = asked("registry/chestnut@sha256:00", "chestnut");

    Request clean = asked.with(Wording::clean);
    References.of(asked).requirePrintable();

    assertThat(Wording.clean("chestnut")).as("it is known").isEqualTo("****");
    assertThat(clean.artifact()).isEqualTo("registry/chestnut@sha256:00");
    assertThat(clean.commit()).isEqualTo("chestnut");
  }

  private static Request asked(@Nullable String artifact, @Nullable String commit) {
    return new Request(
        DeploymentId.random(),
        Place.of("orders", "staging"),
        new Version("2"),
        artifact,
        commit,
        List.of(),
        false,
        NASTY,
        new Actor("event:\u202E"),
        new Actor("b\u202Eob"),
        null,
        NOON,
        null);
  }

  @Test
  @DisplayName("cannot make a document that the database refuses, and other texts stay")
  void documents() {
    JsonMapper json = new JsonMapper();
    for (String kept : List.of("\\u0000", "\\\\u0000", "C:\\users", "\u0001", "\\")) {
      String document = json.writeValueAsString(kept);
      assertThat(Wording.storable(document)).isEqualTo(document);
    }
    for (String nul : List.of("\u0000", "\\\u0000", "a\u0000\u0000\\u0000")) {
      String stored = Wording.storable(json.writeValueAsString(nul));
      assertThat(json.readValue(stored, String.class)).isEqualTo(nul.replace('\u0000', '\uFFFD'));
    }
  }
}
