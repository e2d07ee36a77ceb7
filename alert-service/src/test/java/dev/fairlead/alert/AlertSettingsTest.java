package dev.fairlead.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fairlead.alert.channel.ChannelKind;
import dev.fairlead.alert.channel.ChannelSettings;
import dev.fairlead.alert.route.Labels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.validation.ObjectError;

@DisplayName("The settings of alert-service")
class AlertSettingsTest {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(AlertSettings.class)
  static class Settings {}

  @Test
  @DisplayName("the annotated example of docs/alerts.md is what it says it is")
  void example() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "alerts.md"));
    AlertSettings settings = bound(page.split("```yaml\n", 2)[1].split("```", 2)[0]);

    assertThat(
            settings.channels().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().kind())))
        .containsOnly(
            Map.entry("ops-slack", ChannelKind.SLACK),
            Map.entry("ops-mail", ChannelKind.EMAIL),
            Map.entry("pager", ChannelKind.PAGERDUTY),
            Map.entry("bridge", ChannelKind.WEBHOOK));
    assertThat(channel(settings, "ops-slack").fallback()).isEqualTo("ops-mail");
    assertThat(channel(settings, "ops-mail").timeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(channel(settings, "bridge").rateOrUsual().messages()).isEqualTo(10);
    assertThat(settings.remindEvery()).isEqualTo(Duration.ofHours(4));
    assertThat(receivers(settings, Map.of("severity", "critical"))).containsExactly("on-call");
    assertThat(receivers(settings, Map.of("severity", "critical", "environment", "staging")))
        .containsExactly("team");
    assertThat(settings.inhibiting()).hasSize(1);
    assertThat(Objects.requireNonNull(settings.schedules().get("payments")).rotations()).hasSize(2);
  }

  @Test
  @DisplayName("without any, nobody is notified and that is no error")
  void none() throws Exception {
    assertThat(bound("fairlead.alert: {}").channels()).isEmpty();
  }

  @Test
  @DisplayName("everything that is wrong is told at once, with its key")
  void wrong() {
    Throwable failure =
        catchThrowable(
            () ->
                bound(
                    """
                    fairlead.alert:
                      channels:
                        two: {slack: {url: secret:env:A}, pagerduty: {routing-key: secret:env:B}}
                        none: {fallback: nowhere}
                        mail: {email: {host: "", port: 99999, from: nobody, to: []}, fallback: mail}
                        half: {slack: {token: secret:env:A}}
                      receivers:
                        team: [mail, ghost]
                      routes:
                        - {match: ["severity"], receiver: nobody}
                      backups: {schedule: "02:00"}
                      schedules:
                        shop:
                          zone: Europe/Atlantis
                          rotations:
                            - {people: [], starts: tomorrow, every: 9 days, hours: 25:00-26:00, days: [someday]}
                        empty: {}
                    """));
    assertThat(complaints(failure))
        .contains("needs exactly one of slack, email, pagerduty and webhook")
        .contains("needs either url, or token and channel")
        .contains("channels[none].fallback: 'nowhere' is not among the channels")
        .contains("channels[mail].fallback: a channel cannot be its own fallback")
        .contains("receivers[team]: 'ghost' is not among the channels")
        .contains("routes[0].receiver: 'nobody' is not among the receivers [team]")
        .contains("routes[0].match: matcher 'severity' is not valid")
        .contains("routes: the last route must match everything")
        .contains("backups.schedule: schedule '02:00' is not valid: it has not six fields")
        .contains("schedules[shop].zone: 'Europe/Atlantis' is no time zone")
        .contains("schedules[shop].rotations[0].people: expected at least one name")
        .contains("schedules[shop].rotations[0].starts: 'tomorrow' is no date and time")
        .contains("schedules[shop].rotations[0].every: '9 days' is not valid")
        .contains("schedules[shop].rotations[0].hours: '25:00-26:00' is not valid")
        .contains("schedules[shop].rotations[0].days: 'someday' is no day")
        .contains("schedules[empty].rotations: there are none")
        .contains("channels[mail].email.host", "channels[mail].email.port")
        .contains("channels[mail].email.from", "channels[mail].email.to");
  }

  @Test
  @DisplayName("a key that is not known is refused, not ignored")
  void unknownKey() {
    Throwable failure = catchThrowable(() -> bound("fairlead.alert: {remind-evry: 1h}"));
    assertThat(failure).rootCause().hasMessageContaining("remind-evry");
  }

  private static ChannelSettings channel(AlertSettings settings, String name) {
    return Objects.requireNonNull(settings.channels().get(name));
  }

  private static String complaints(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindValidationException invalid) {
        return invalid.getValidationErrors().getAllErrors().stream()
            .map(ObjectError::toString)
            .collect(Collectors.joining("\n"));
      }
    }
    throw new AssertionError("not refused by validation", failure);
  }

  private static List<String> receivers(AlertSettings settings, Map<String, String> labels) {
    return List.copyOf(settings.routing().receiversOf(Labels.of(labels)).receivers());
  }

  private static AlertSettings bound(String yaml) throws Exception {
    List<PropertySource<?>> sources =
        new YamlPropertySourceLoader()
            .load("alert.yaml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Settings.class)
            .web(WebApplicationType.NONE)
            .properties("spring.config.location=optional:classpath:/no-such-file/")
            .initializers(it -> sources.forEach(it.getEnvironment().getPropertySources()::addFirst))
            .run()) {
      return context.getBean(AlertSettings.class);
    }
  }
}
