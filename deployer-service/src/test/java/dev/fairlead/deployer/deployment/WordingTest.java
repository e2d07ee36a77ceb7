package dev.fairlead.deployer.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
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
            new StepResult.Inconclusive(NASTY),
            new StepResult.Unfinished(NASTY),
            new StepResult.Confirmed(NASTY, List.of()))) {
      assertThat(result.redacted().detail()).as("%s", result.getClass()).isEqualTo(HARMLESS);
    }
    assertThat(((StepResult.Failed) StepResult.failed("", NASTY).redacted()).advice())
        .isEqualTo(HARMLESS);
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
