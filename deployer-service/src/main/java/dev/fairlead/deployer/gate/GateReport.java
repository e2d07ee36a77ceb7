package dev.fairlead.deployer.gate;

import dev.fairlead.events.DecisionId;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What all checks found.
 *
 * @param waiver what somebody said may fail, and is told by the findings already; absent when
 *     nobody did
 */
public record GateReport(List<Finding> findings, @Nullable Waiver waiver) {

  public boolean passed() {
    return findings.stream().noneMatch(Finding::stops);
  }

  /** Every failed must, in one sentence each. */
  public String failures() {
    return joined(Finding::stops, Finding::detail);
  }

  public String advice() {
    return joined(Finding::stops, finding -> String.valueOf(finding.advice()));
  }

  /** {@code 14 checks passed; should: …}. */
  public String summary() {
    String warnings =
        joined(finding -> !finding.passed() && finding.grade() == Grade.SHOULD, Finding::detail);
    long passed = findings.stream().filter(Finding::passed).count();
    return "%d of %d checks passed%s"
        .formatted(passed, findings.size(), warnings.isEmpty() ? "" : "; but " + warnings);
  }

  /** The answer for each decision the deployment rests on. */
  public List<DecisionAnswer> decisions() {
    return findings.stream()
        .filter(finding -> finding.check().startsWith(DecisionChecks.NAME))
        .map(
            finding ->
                new DecisionAnswer(
                    new DecisionId(finding.check().substring(DecisionChecks.NAME.length())),
                    finding.passed(),
                    finding.detail(),
                    finding.passed() || finding.stops() ? null : waiver))
        .toList();
  }

  /**
   * @param waiver that lets the deployment go on all the same; absent when nothing does
   */
  public record DecisionAnswer(
      DecisionId decision, boolean passed, String detail, @Nullable Waiver waiver) {}

  private String joined(Predicate<Finding> which, Function<Finding, String> text) {
    return findings.stream().filter(which).map(text).distinct().collect(Collectors.joining("; "));
  }
}
