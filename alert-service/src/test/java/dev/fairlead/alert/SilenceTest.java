package dev.fairlead.alert;

import static dev.fairlead.alert.AlertStage.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.testing.ServiceProcess.Answer;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@DisplayName("A silence")
class SilenceTest {

  private final AlertStage stage = AlertStage.shared();

  @Test
  @DisplayName("keeps alerts back, says so, and its end lets them go")
  void silence() throws Exception {
    String body =
        """
        {"matchers":["application=quiet"],"duration":"2h","comment":"load test"}
        """;
    Answer created = stage.service().send("POST", "/silences", body);
    assertThat(created.status()).isEqualTo(201);
    stage.facts().degraded("quiet");
    JsonNode kept = stage.service().awaitAlert(AlertFacts.fingerprint("quiet"), "open");
    assertThat(kept.path("alert").path("suppressed").asString())
        .contains("silenced until", "by alice: load test");
    assertThat(kept.path("notifications")).isEmpty();

    String id = stage.service().get("/silences").get(0).path("silence").asString();
    assertThat(stage.service().send("DELETE", "/silences/" + id, "").status()).isEqualTo(204);
    soon().until(() -> stage.told("quiet").size() == 3);
    assertThat(stage.service().send("POST", "/silences", body.replace("=", "!=")).status())
        .isEqualTo(400);
    String until =
        """
        {"matchers":["application=later"],"until":"%s","reason":"database move"}
        """
            .formatted(Instant.now().plusSeconds(600));
    assertThat(stage.service().send("POST", "/silences", until).body().toString())
        .contains("database move");
    assertThat(stage.service().send("POST", "/silences", "{}").status()).isEqualTo(400);
  }
}
