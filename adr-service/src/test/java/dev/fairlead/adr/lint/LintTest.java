package dev.fairlead.adr.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LintTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
  private static final String SECTIONS =
      "\n## Context\n\na\n\n## Decision\n\nb\n\n## Rationale\n\nc\n\n## Trade-offs\n\nd\n\n"
          + "## Consequence\n\ne\n";

  @Test
  @DisplayName("a catalogue in order has no findings")
  void clean() {
    assertThat(
            lint(
                Map.of(
                    "0001-a.md",
                    "---\nid: ADR-0001\nstatus: SUPERSEDED\ndate: 2026-01-01\ndecided-by: al\n"
                        + "superseded-by: ADR-0002\n---\n# ADR-0001: A\n"
                        + SECTIONS,
                    "0002-b.md",
                    "---\nid: ADR-0002\nstatus: ACCEPTED\ndate: 2026-01-01\ndecided-by: al\n"
                        + "supersedes: [ADR-0001]\n---\n# ADR-0002: B\nSee [A](0001-a.md).\n"
                        + SECTIONS,
                    "README.md",
                    "anything")))
        .isEmpty();
  }

  @Test
  @DisplayName("every rule about files is found, by its id")
  void everything() {
    assertThat(
            lint(
                Map.of(
                    "0001-a.md", "text only",
                    "0001-twice.md", "---\nstatus: DECIDED\ndate: soon\n---\n# A\n" + SECTIONS,
                    "0003-c.md",
                        "---\nid: ADR-0004\nstatus: SUPERSEDED\ndate: 2026-01-01\n---\n# C\n"
                            + "[gone](0009-gone.md)\n"
                            + SECTIONS.replace("\nb\n", "\n_Not written yet._\n"),
                    "0004-d.md",
                        "---\nstatus: accepted\ndate: 2026-01-01\ndecided-by: al\n"
                            + "review-by: 2026-11-20\nsupersedes: ADR-0003\n---\n# D\n"
                            + SECTIONS,
                    "0005-e.md", "---\n\"x\n---\n")))
        .containsExactly(
            "0001-a.md ADR001 ",
            "0001-a.md ADR002 ",
            "0001-a.md ADR004 ",
            "0001-a.md ADR005 Context",
            "0001-a.md ADR005 Decision",
            "0001-a.md ADR005 Rationale",
            "0001-a.md ADR005 Trade-offs",
            "0001-a.md ADR005 Consequence",
            "0001-twice.md ADR003 it is 'DECIDED'",
            "0001-twice.md ADR004 it is 'soon'",
            "0001-twice.md ADR009 0001-a.md has it too",
            "0003-c.md ADR006 Decision",
            "0003-c.md ADR007 it is SUPERSEDED",
            "0003-c.md ADR008 it says ADR-0004",
            "0003-c.md ADR011 ",
            "0003-c.md ADR013 0009-gone.md is not there",
            "0004-d.md ADR012 ADR-0003 does not name it",
            "0004-d.md ADR014 it was due on 2026-11-20",
            "0005-e.md ADR016",
            "null ADR010 ADR-0002");
  }

  @Test
  @DisplayName("ids are given once")
  void stableIds() {
    Set<String> ids = new HashSet<>();
    for (Rule rule : Rule.values()) {
      assertThat(ids.add(rule.id())).as(rule.id()).isTrue();
    }
  }

  @Test
  @DisplayName("the documentation lists every rule as it is")
  void documented() throws Exception {
    String page = Files.readString(Path.of("../docs/decisions.md"));
    for (Rule rule : Rule.values()) {
      assertThat(page)
          .contains(
              "| %s | %s | %s |"
                  .formatted(
                      rule.id(), rule.weight().name().toLowerCase(Locale.ROOT), rule.sentence()));
    }
  }

  private static List<String> lint(Map<String, String> files) {
    Map<String, byte[]> bytes = new HashMap<>();
    files.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return Lint.of(bytes, TODAY).stream()
        .map(
            finding ->
                finding.rule() == Rule.UNREADABLE
                    ? "%s %s".formatted(finding.file(), finding.rule().id())
                    : "%s %s %s".formatted(finding.file(), finding.rule().id(), finding.detail()))
        .toList();
  }
}
