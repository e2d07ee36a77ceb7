package dev.fairlead.console.overview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.AlertEvent.AlertRaised;
import dev.fairlead.events.AlertEvent.AlertResolved;
import dev.fairlead.events.AlertId;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.ApplicationRemoved;
import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.ApplicationName;
import dev.fairlead.events.DeploymentEvent.DeploySucceeded;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.events.Event;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.IncidentId;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.events.Version;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("The last words")
class LastWordsTest {

  private static final Instant NOW = Instant.parse("2026-11-29T18:00:00Z");
  private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(200));
  private static final Instant BEFORE = NOW.minus(Duration.ofDays(90));
  private static final EnvironmentName PRODUCTION = new EnvironmentName("production");

  private JdbcClient database;
  private LastWords words;

  @BeforeEach
  void migrate() {
    Neighbours.require("postgres");
    Shared.Database fresh = Shared.freshDatabase("words");
    var source = new DriverManagerDataSource(fresh.jdbcUrl(), fresh.user(), fresh.password());
    Flyway.configure().dataSource(source).load().migrate();
    database = JdbcClient.create(source);
    words = new LastWords(database);
  }

  @Test
  @DisplayName("of incidents that are long over are forgotten, of those that are open never")
  void incidents() {
    IncidentId over = IncidentId.random();
    IncidentId open = IncidentId.random();
    IncidentId justOver = IncidentId.random();
    hear(LONG_AGO, raised(open));
    hear(LONG_AGO, raised(over));
    hear(LONG_AGO, new AlertResolved(AlertId.random(), over, "it is well", 5));
    hear(NOW, new AlertResolved(AlertId.random(), justOver, "it is well", 5));

    assertThat(words.forgetGone(BEFORE)).isOne();
    assertThat(subjects()).containsExactlyInAnyOrder(open.toString(), justOver.toString());
  }

  @Test
  @DisplayName("of an application go some time after it, with those of all that it had")
  void removedApplication() {
    for (String application : List.of("gone", "gone2", "here", "back")) {
      hear(LONG_AGO, deployed(application));
      hear(LONG_AGO, missed(application + "/production/job"));
    }
    hear(LONG_AGO, removed("gone"));
    hear(NOW, removed("gone2"));
    hear(LONG_AGO, removed("back"));
    hear(NOW, applied("back", "back/production/job"));

    assertThat(words.forgetGone(BEFORE)).isEqualTo(2);
    assertThat(subjects())
        .doesNotContain("gone/production/job")
        .containsOnlyOnce("gone/production")
        .contains(
            "gone2/production/job",
            "here/production",
            "here/production/job",
            "back/production/job");
  }

  @Test
  @DisplayName("of an application that come long after its end are forgotten, too")
  void afterTheEnd() {
    hear(LONG_AGO, removed("gone"));
    assertThat(words.forgetGone(BEFORE)).isZero();
    hear(LONG_AGO.plus(Duration.ofDays(1)), missed("gone/production/job"));
    hear(LONG_AGO.plus(Duration.ofDays(1)), deployed("gone"));

    assertThat(words.forgetGone(BEFORE)).isEqualTo(2);
    assertThat(subjects()).containsExactly("gone/production");
  }

  @Test
  @DisplayName("of a target that its application has no longer are forgotten")
  void removedTarget() {
    hear(LONG_AGO, applied("orders", "orders/production/kept"));
    hear(LONG_AGO, missed("orders/production/kept"));
    hear(LONG_AGO, missed("orders/production/dropped"));
    hear(LONG_AGO, missed("of-the-targets-file"));

    assertThat(words.forgetGone(BEFORE)).isOne();
    assertThat(subjects())
        .containsExactlyInAnyOrder(
            "orders/production", "orders/production/kept", "of-the-targets-file");
  }

  private void hear(Instant at, Event event) {
    words.hear(Envelope.of("test", at, event));
  }

  private List<String> subjects() {
    return database.sql("select subject from last_word").query(String.class).list();
  }

  private static AlertRaised raised(IncidentId incident) {
    return new AlertRaised(
        AlertId.random(), incident, Severity.ERROR, "title", "summary", Map.of(), "print", "cause");
  }

  private static HeartbeatMissed missed(String target) {
    return new HeartbeatMissed(new TargetId(target), null, 60);
  }

  private static DeploySucceeded deployed(String application) {
    return new DeploySucceeded(
        DeploymentId.random(),
        new ApplicationName(application),
        PRODUCTION,
        new Version("1"),
        null,
        5,
        null);
  }

  private static ApplicationRemoved removed(String application) {
    return new ApplicationRemoved(new ApplicationName(application), PRODUCTION);
  }

  private static ApplicationApplied applied(String application, String target) {
    HealthTarget watched =
        new HealthTarget(
            new TargetId(target),
            ProbeKind.TCP,
            "localhost:1",
            30,
            900,
            null,
            null,
            null,
            null,
            null,
            Severity.CRITICAL,
            3,
            120,
            2);
    return new ApplicationApplied(
        new ApplicationName(application),
        PRODUCTION,
        "0".repeat(64),
        null,
        List.of(watched),
        List.of(),
        Map.of());
  }
}
