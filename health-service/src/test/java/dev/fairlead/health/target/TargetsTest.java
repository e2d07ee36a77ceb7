package dev.fairlead.health.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.ApplicationEvent.HealthTarget;
import dev.fairlead.events.Place;
import dev.fairlead.events.ProbeKind;
import dev.fairlead.events.Severity;
import dev.fairlead.events.TargetId;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.time.Instant;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("A place that is removed and comes back")
class TargetsTest {

  private static final Place PLACE = Place.of("orders", "production");
  private static final Instant REMOVED = Instant.parse("2026-11-29T18:00:00Z");
  private static final Instant BEFORE = REMOVED.minusSeconds(60);
  private static final Instant AFTER = REMOVED.plusSeconds(60);

  private Targets targets;

  @BeforeEach
  void migrate() {
    Neighbours.require("postgres");
    Shared.Database fresh = Shared.freshDatabase("targets");
    var source = new DriverManagerDataSource(fresh.jdbcUrl(), fresh.user(), fresh.password());
    Flyway.configure().dataSource(source).load().migrate();
    targets = new Targets(JdbcClient.create(source));
  }

  @Test
  @DisplayName("was not deployed yet, whatever it was before")
  void forgotten() {
    targets.deployed(PLACE, BEFORE);
    targets.forget(PLACE, REMOVED);

    assertThat(isExpectedUp()).isFalse();
  }

  @Test
  @DisplayName("counts as deployed when it was deployed since, though that was read first")
  void deployedSince() {
    targets.deployed(PLACE, BEFORE);
    targets.deployed(PLACE, AFTER);
    targets.forget(PLACE, REMOVED);

    assertThat(isExpectedUp()).isTrue();
  }

  @Test
  @DisplayName("has its latest deployment remembered, in whatever order they are read")
  void latestDeployment() {
    targets.deployed(PLACE, AFTER);
    targets.deployed(PLACE, BEFORE);
    targets.forget(PLACE, REMOVED);

    assertThat(isExpectedUp()).isTrue();
  }

  @Test
  @DisplayName("is not revived by a deployment from before that is read after the removal")
  void readLate() {
    targets.forget(PLACE, REMOVED);
    targets.deployed(PLACE, BEFORE);
    assertThat(isExpectedUp()).isFalse();

    targets.deployed(PLACE, AFTER);
    assertThat(isExpectedUp()).isTrue();
  }

  private boolean isExpectedUp() {
    targets.replace(PLACE, List.of(target()));
    return targets.all().getFirst().expectedUp();
  }

  private static HealthTarget target() {
    return new HealthTarget(
        new TargetId("orders/production/tcp"),
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
  }
}
