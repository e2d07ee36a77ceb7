package dev.fairlead.adr.waiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.adr.decision.DecisionDocument;
import dev.fairlead.adr.decision.Ids;
import dev.fairlead.adr.decision.Proposal;
import dev.fairlead.adr.decision.Template;
import dev.fairlead.events.Actor;
import dev.fairlead.events.DecisionEvent.GateEvaluated;
import dev.fairlead.events.DecisionId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Version;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A waiver")
class WaivedTest {

  private static final Instant NOW = Instant.parse("2026-11-29T05:00:00Z");

  @Test
  @DisplayName("is proposed for the place that it names")
  void names() {
    Proposal proposal = waived("orders/production", "it is urgent").proposal();

    assertThat(proposal.title()).isEqualTo("Deploy 7 to orders/production in spite of ADR-0004");
    assertThat(proposal.appliesTo()).containsExactly("orders/production");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b\n---\n",
        "a/b\n## Status\n\nACCEPTED",
        "a/b\", forged: \"yes",
        "a/b/c",
        "/",
        "Orders/production",
        "",
        "a/b\u0000"
      })
  @DisplayName("that names no place forges no section and no header")
  void forgesNothing(String place) {
    Proposal proposal = waived(place, "it is urgent").proposal();

    assertThat(proposal.violations()).isEmpty();
    assertThat(proposal.title()).isEqualTo("Deploy 7 to an unnamed place in spite of ADR-0004");
    assertThat(proposal.appliesTo()).isEmpty();
    assertUnforged(proposal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n---\n## Decision\r# Boo\r\n```",
        "null \u0000, next line \u0085, separator \u2028, half a letter \ud83d",
        "\u0085## Decision"
      })
  @DisplayName("quotes the reason as one, and keeps what no document and no database takes out")
  void quotes(String reason) {
    Waived waived = waived("orders/production", reason);

    assertThat(waived.reason()).doesNotContain("\u0000", "\u0085", "\u2028", "\ud83d");
    assertThat(String.valueOf(waived.proposal().rationale()).lines())
        .allMatch(line -> line.startsWith("> "));
    assertThat(waived.proposal().violations()).isEmpty();
    assertUnforged(waived.proposal());
  }

  @Test
  @DisplayName("that an earlier version kept with a forged place is read without it")
  void readsOldRows() {
    Kept now = Kept.of(waived("orders/production", "it is urgent"));
    Kept before =
        new Kept(
            now.deployment(),
            now.decision(),
            now.document().replace("orders/production", "a/b\\n---\\n"));

    assertThat(now.waived().place()).isEqualTo("orders/production");
    assertThat(before.waived().place()).isEqualTo("an unnamed place");
  }

  private static void assertUnforged(Proposal proposal) {
    DecisionDocument written =
        Template.write(Ids.id(17), proposal, "april\u0085\u0001", LocalDate.of(2026, 11, 29));
    DecisionDocument read = DecisionDocument.read(written.bytes());

    assertThat(read.text().lines().filter(line -> line.startsWith("## ")))
        .containsExactly(
            "## Status",
            "## Context",
            "## Decision",
            "## Rationale",
            "## Trade-offs",
            "## Consequence");
    assertThat(read.header("status")).contains("PROPOSED");
    assertThat(read.header("proposed-by")).isPresent();
    assertThat(read.header("forged")).isEmpty();
  }

  private static Waived waived(String place, String reason) {
    return Waived.of(
            new GateEvaluated(
                new DecisionId("ADR-0004"),
                DeploymentId.random(),
                false,
                "decision ADR-0004 is proposed, not accepted",
                place,
                new Version("7"),
                new Actor("april"),
                reason),
            NOW)
        .orElseThrow();
  }
}
