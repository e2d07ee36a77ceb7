package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.gate.Finding;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a check of the gates finds, as the HTTP API shows it.
 *
 * @param gate code, tests, docs, database, infrastructure, security or operational
 * @param grade must, should or nice-to-have
 */
record GateView(
    String gate,
    String grade,
    String check,
    boolean passed,
    String detail,
    @Nullable String advice) {

  static GateView of(Finding finding) {
    return new GateView(
        word(finding.gate()),
        word(finding.grade()),
        finding.check(),
        finding.passed(),
        Wording.clean(finding.detail()),
        finding.advice() == null ? null : Wording.clean(finding.advice()));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
