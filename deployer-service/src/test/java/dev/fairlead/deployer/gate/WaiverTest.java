package dev.fairlead.deployer.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.fairlead.events.Actor;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A waiver")
class WaiverTest {

  private static final Waiver WAIVER =
      new Waiver(Set.of("freeze", "decisions"), "the shop is down", new Actor("april"));

  @Test
  @DisplayName("lets what it names pass, and leaves its name on the report")
  void waived() {
    GateReport report =
        new GateReport(
            List.of(WAIVER.applyTo(failed("freeze")), WAIVER.applyTo(failed("decision ADR-1"))),
            WAIVER);

    assertThat(report.passed()).isTrue();
    assertThat(report.summary())
        .isEqualTo(
            "0 of 2 checks passed; but freeze is wrong (waived by april: the shop is down);"
                + " decision ADR-1 is wrong (waived by april: the shop is down)");
    assertThat(report.decisions())
        .extracting(GateReport.DecisionAnswer::passed, GateReport.DecisionAnswer::waiver)
        .containsExactly(tuple(false, WAIVER));
  }

  @Test
  @DisplayName("changes nothing of anything else")
  void others() {
    GateReport report =
        new GateReport(
            List.of(
                WAIVER.applyTo(failed("freeze")),
                WAIVER.applyTo(failed("disk")),
                Finding.passed(Gate.DOCS, Grade.MUST, "decision ADR-1", "it is accepted")),
            WAIVER);

    assertThat(report.passed()).isFalse();
    assertThat(report.failures()).isEqualTo("disk is wrong");
    assertThat(report.decisions()).allMatch(answer -> answer.waiver() == null);
  }

  private static Finding failed(String check) {
    return Finding.failed(Gate.OPERATIONAL, Grade.MUST, check, check + " is wrong", "mend it");
  }
}
