package dev.fairlead.alert.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.events.Actor;
import dev.fairlead.events.SilenceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Routing")
class RoutingTest {

  private static final Labels LABELS =
      Labels.of(Map.of("severity", "critical", "application", "orders", "target", "orders/x/http"));

  @ParameterizedTest(name = "{0} holds: {1}")
  @CsvSource({
    "severity=critical, true",
    "severity = \"critical\", true",
    "severity=error, false",
    "severity!=error, true",
    "severity=~crit.*|error, true",
    "severity=~crit, false",
    "severity!~warning|info, true",
    "team=, true",
    "team!=, false",
    "target=~orders/.*, true"
  })
  void matchers(String text, boolean holds) {
    assertThat(Matcher.parse(text).matches(LABELS)).isEqualTo(holds);
  }

  @ParameterizedTest(name = "''{0}'' is refused")
  @CsvSource({"severity", "=x", "severity=~[", "9a=b"})
  void badMatchers(String text) {
    assertThatThrownBy(() -> Matcher.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("matcher '%s' is not valid".formatted(text));
  }

  @Test
  @DisplayName("the first route that matches decides; one that goes on lets later ones add to it")
  void routes() {
    Routes routes =
        new Routes(
            List.of(
                route("team", true, "application=orders"),
                route("night", false, "severity=warning"),
                route("on-call", false, "severity=critical"),
                route("rest", false)));
    Routes.Answer answer = routes.receiversOf(LABELS);
    assertThat(answer.receivers()).containsExactly("team", "on-call");
    assertThat(answer.findings())
        .containsExactly(
            "route 1 matched [application=orders]: receiver team",
            "route 2 (night) passed over: severity=warning, but severity is 'critical'",
            "route 3 matched [severity=critical]: receiver on-call");
    assertThat(routes.receiversOf(Labels.of(Map.of())).receivers()).containsExactly("rest");
  }

  @Test
  @DisplayName(
      "an inhibition needs its source, its target and equal labels; nothing inhibits itself")
  void inhibition() {
    Inhibition rule =
        new Inhibition(
            List.of(Matcher.parse("severity=critical")),
            List.of(Matcher.parse("severity=~warning|critical")),
            List.of("application"));
    Labels warning = LABELS.with("severity", "warning");
    assertThat(rule.mutes(warning, LABELS)).isTrue();
    assertThat(rule.mutes(warning, LABELS.with("application", "billing"))).isFalse();
    assertThat(rule.mutes(LABELS, LABELS)).as("source and target at once").isFalse();
  }

  @Test
  @DisplayName("a silence covers from its start until just before its end")
  void silence() {
    Instant start = Instant.parse("2026-11-21T10:00:00Z");
    Silence silence =
        new Silence(
            SilenceId.random(),
            List.of(Matcher.parse("application=orders")),
            start,
            start.plusSeconds(60),
            new Actor("alice"),
            "test");
    assertThat(silence.covers(LABELS, start.minusMillis(1))).isFalse();
    assertThat(silence.covers(LABELS, start)).isTrue();
    assertThat(silence.covers(LABELS, start.plusSeconds(60))).isFalse();
    assertThat(silence.covers(LABELS.with("application", "x"), start)).isFalse();
  }

  private static Route route(String receiver, boolean goOn, String... matchers) {
    return new Route(
        java.util.Arrays.stream(matchers).map(Matcher::parse).toList(), receiver, goOn);
  }
}
