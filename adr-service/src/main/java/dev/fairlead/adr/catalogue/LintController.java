package dev.fairlead.adr.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.adr.lint.Finding;
import dev.fairlead.adr.lint.Lint;
import dev.fairlead.adr.lint.Rule;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What is wrong with the decisions: in their files, and between them and what was decided. */
@RestController
@PreAuthorize("hasRole('VIEWER')")
class LintController {

  private final GitRepository repository;
  private final Follower follower;
  private final Index index;
  private final Clock clock;

  LintController(GitRepository repository, Follower follower, Index index, Clock clock) {
    this.repository = repository;
    this.follower = follower;
    this.index = index;
    this.clock = clock;
  }

  /**
   * @param rule its id, which stays the same for ever
   * @param weight error or warning
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Report(
      String rule,
      String weight,
      String sentence,
      @Nullable String file,
      @Nullable String detail) {}

  @GetMapping("/lint")
  List<Report> lint() {
    follower.follow();
    Map<String, byte[]> files = new TreeMap<>();
    repository
        .head()
        .ifPresent(
            head ->
                repository
                    .files(head)
                    .forEach((name, file) -> files.put(name, repository.read(file))));
    List<Finding> findings =
        new ArrayList<>(Lint.of(files, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)));
    index.tamperings().forEach(tampering -> findings.add(finding(tampering)));
    page(files, findings);
    return findings.stream().map(LintController::report).toList();
  }

  private void page(Map<String, byte[]> files, List<Finding> findings) {
    byte[] page = files.getOrDefault(IndexPage.FILE, new byte[0]);
    var decisions = index.all().values().stream().map(Known::decision).toList();
    if (!decisions.isEmpty() && !Arrays.equals(page, IndexPage.of(page, decisions))) {
      findings.add(
          new Finding(Rule.INDEX_DIFFERS, IndexPage.FILE, "the next change here corrects it"));
    }
  }

  private static Finding finding(Tampering tampering) {
    Rule rule =
        switch (tampering.kind()) {
          case REWRITTEN -> Rule.REWRITTEN;
          case STATUS -> Rule.STATUS_FROM_OUTSIDE;
          case DELETED -> Rule.DELETED;
          case UNREADABLE -> Rule.UNREADABLE;
          case HISTORY -> Rule.HISTORY_REWRITTEN;
        };
    return new Finding(
        rule,
        tampering.file(),
        "%s (commit %s by %s)"
            .formatted(tampering.detail(), tampering.commit(), tampering.author()));
  }

  private static Report report(Finding finding) {
    Rule rule = finding.rule();
    return new Report(
        rule.id(),
        rule.weight().name().toLowerCase(Locale.ROOT),
        rule.sentence(),
        finding.file(),
        finding.detail());
  }
}
