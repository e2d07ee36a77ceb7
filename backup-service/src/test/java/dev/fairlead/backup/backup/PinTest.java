package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.time.Instant;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("A backup of a deployment")
class PinTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders/production/main");
  private static final Instant MORNING = Instant.parse("2026-11-29T08:00:00Z");
  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
  private static final Instant EVENING = Instant.parse("2026-11-29T18:00:00Z");

  @Test
  @DisplayName("stays pinned when it is heard late that an earlier deployment succeeded")
  void lateNews() {
    Neighbours.require("postgres");
    Shared.Database database = Shared.freshDatabase("pins");
    DriverManagerDataSource source =
        new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password());
    Flyway.configure().dataSource(source).load().migrate();
    JdbcClient sql = JdbcClient.create(source);
    Backups backups = new Backups(sql);
    BackupEntries entries = new BackupEntries(sql);
    DeploymentId first = DeploymentId.random();
    DeploymentId running = DeploymentId.random();
    BackupId before = pinned(entries, DeploymentId.random(), MORNING);
    BackupId ofFirst = pinned(entries, first, MORNING);
    BackupId ofRunning = pinned(entries, running, EVENING);

    entries.unpinAllBut(Place.of("orders", "production"), first, NOON);

    assertThat(backups.find(before).orElseThrow().pinnedFor()).isNull();
    assertThat(backups.find(ofFirst).orElseThrow().pinnedFor()).isEqualTo(first);
    assertThat(backups.find(ofRunning).orElseThrow().pinnedFor()).isEqualTo(running);
  }

  private static BackupId pinned(BackupEntries entries, DeploymentId deployment, Instant at) {
    BackupId id = BackupId.random();
    entries.add(
        new BackupRequested(id, ORDERS, deployment, null, null, null), new Cause(null, null), at);
    return id;
  }
}
