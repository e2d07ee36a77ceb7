package dev.fairlead.adr.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionId;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DecisionDocumentTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
  private static final Proposal PROPOSAL =
      new Proposal(
          "Use Kafka: the log, not the queue",
          "Services meet somewhere.\n\n### Forces\n- order\n- replay",
          "They meet on Kafka.",
          null,
          null,
          null,
          List.of("orders", "payments/production"),
          LocalDate.of(2027, 5, 1));

  @Test
  @DisplayName("a new decision has the header and every section of the template")
  void template() {
    DecisionDocument document = Template.write(new DecisionId("ADR-0001"), PROPOSAL, "dana", TODAY);
    assertThat(document.text())
        .isEqualTo(
            """
            ---
            id: ADR-0001
            status: PROPOSED
            date: 2026-11-21
            proposed-by: dana
            applies-to: [orders, payments/production]
            review-by: 2027-05-01
            ---
            # ADR-0001: Use Kafka: the log, not the queue

            ## Status

            PROPOSED on 2026-11-21 by dana

            ## Context

            Services meet somewhere.

            ### Forces
            - order
            - replay

            ## Decision

            They meet on Kafka.

            ## Rationale

            _Not written yet._

            ## Trade-offs

            _Not written yet._

            ## Consequence

            _Not written yet._
            """);
    assertThat(document.title()).contains("Use Kafka: the log, not the queue");
    assertThat(document.sections())
        .containsOnlyKeys(
            "Status", "Context", "Decision", "Rationale", "Trade-offs", "Consequence");
  }

  @Test
  @DisplayName("accepting changes header and status, not what was decided")
  void accepting() {
    DecisionDocument proposed = Template.write(new DecisionId("ADR-0001"), PROPOSAL, "dana", TODAY);
    DecisionDocument accepted = Ruling.accepted(proposed, "alice \"al\" o'hara: boss", TODAY);
    Decision decision =
        Decision.of(1, "0001-use-kafka.md", DecisionDocument.read(accepted.bytes()), "", TODAY);
    assertThat(decision.status()).isEqualTo(DecisionStatus.ACCEPTED);
    assertThat(decision.decidedBy()).isEqualTo("alice \"al\" o'hara: boss");
    assertThat(decision.proposedBy()).isEqualTo("dana");
    assertThat(decision.reviewBy()).isEqualTo(LocalDate.of(2027, 5, 1));
    assertThat(decision.appliesTo()).containsExactly("orders", "payments/production");
    assertThat(decision.contentHash()).isEqualTo(proposed.contentHash());
    assertThat(accepted.sections().get("Status"))
        .isEqualTo(
            "PROPOSED on 2026-11-21 by dana\n\n"
                + "ACCEPTED on 2026-11-21 by alice \"al\" o'hara: boss");
  }

  @Test
  @DisplayName("a file written elsewhere keeps every byte that is not ours, line ends too")
  void foreignFile() {
    String text =
        "---\r\nstatus: proposed   # soon\r\ntags:\r\n  - a\r\n  - b\r\nowner: \"Zoë\"\r\n---\r\n"
            + "# 7. Größe → «Ω»\r\n\r\n\tindented\r\n```\r\n## Status\r\n```\r\ntrailing  \r\nno end";
    DecisionDocument document = read(text);
    assertThat(document.header("status")).contains("proposed");
    assertThat(document.headerList("tags")).containsExactly("a", "b");
    assertThat(document.title()).contains("Größe → «Ω»");
    DecisionDocument changed =
        document.withHeader("status", "ACCEPTED").withHeader("tags", List.of("c"));
    assertThat(changed.text())
        .isEqualTo(
            text.replace("status: proposed   # soon", "status: ACCEPTED")
                .replace("tags:\r\n  - a\r\n  - b\r\n", "tags: [c]\r\n"));
    assertThat(document.withStatus("ACCEPTED").text())
        .isEqualTo(text.replace("«Ω»\r\n", "«Ω»\r\n\r\n## Status\r\n\r\nACCEPTED\r\n"));
  }

  @Test
  @DisplayName("a file without a header gets one and keeps the rest")
  void withoutHeader() {
    DecisionDocument document = read("# 1. Title\n\nText without end");
    assertThat(document.withHeader("status", "ACCEPTED").text())
        .isEqualTo("---\nstatus: ACCEPTED\n---\n\n# 1. Title\n\nText without end");
  }

  @Test
  @DisplayName("whatever bytes a file has, reading and writing gives them back")
  void anyBytes() {
    Random random = new Random(7);
    String[] pieces = {
      "---\n",
      "---\r\n",
      "a: b\n",
      "a: [1, 2]\n",
      "# T\n",
      "## Status\n",
      "## Status\r\n",
      "```\n",
      "~~~\n",
      "\n",
      "\r\n",
      "text",
      " ",
      "\t",
      "→",
      "é",
      "한",
      "x: \"y\n",
      "- i\n",
      "### deep\n",
      "\f"
    };
    int unreadable = 0;
    for (int run = 0; run < 20_000; run++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(14); i > 0; i--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      DecisionDocument document;
      try {
        document = read(text.toString());
      } catch (UnreadableDecision _) {
        unreadable++;
        continue;
      }
      assertThat(document.text()).isEqualTo(text.toString());
      assertThat(read(document.text()).contentHash()).isEqualTo(document.contentHash());
    }
    assertThat(unreadable).isBetween(1, 10_000);
  }

  @Test
  @DisplayName("bytes that are no UTF-8 are refused, not repaired")
  void notUtf8() {
    assertThatThrownBy(() -> DecisionDocument.read(new byte[] {'#', ' ', (byte) 0xE9, '\n'}))
        .isInstanceOf(UnreadableDecision.class)
        .hasMessage("it is not UTF-8");
  }

  @Test
  @DisplayName("a proposal that would break the file is refused with everything that is wrong")
  void violations() {
    Proposal bad =
        new Proposal(
            " ",
            "fine\n## Decision\nsneaked in",
            "```\nnever closed",
            null,
            null,
            "bell \u0007",
            List.of("orders", "not a name!"),
            null);
    assertThat(bad.violations())
        .extracting(violation -> violation.field() + " " + violation.message())
        .containsExactly(
            "title has 0 characters; expected 1 to 120",
            "context line 2 is a heading of level 2; expected ### or deeper",
            "decision ends within a code fence; close it",
            "consequence holds control characters",
            "appliesTo 'not a name!' is not valid; expected letters, digits or '._/*-', such as"
                + " orders/production");
  }

  @Test
  @DisplayName("file names come from titles in any script")
  void slugs() {
    assertThat(Ids.fileName(7, "Größe & Maß -- v2!")).isEqualTo("0007-gro-e-ma-v2.md");
    assertThat(Ids.fileName(7, "결정")).isEqualTo("0007-decision.md");
    assertThat(Ids.fileName(7, "../../etc/passwd")).isEqualTo("0007-etc-passwd.md");
    assertThat(Ids.said("adr-7")).contains(new DecisionId("ADR-0007"));
    assertThat(Ids.said("0007")).contains(new DecisionId("ADR-0007"));
    assertThat(Ids.said("PAT-7")).isEmpty();
  }

  private static DecisionDocument read(String text) {
    return DecisionDocument.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
