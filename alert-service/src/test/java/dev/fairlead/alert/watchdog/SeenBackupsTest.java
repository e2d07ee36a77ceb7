package dev.fairlead.alert.watchdog;

import static dev.fairlead.events.BackupEvent.ProofLevel.DRILLED;
import static dev.fairlead.events.BackupEvent.ProofLevel.READ_BACK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.alert.Moments;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Shared;
import java.time.Instant;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("The newest backup that counts")
class SeenBackupsTest {

  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final Instant MONDAY = Instant.parse("2026-11-16T02:00:00Z");
  private static final Instant TUESDAY = Instant.parse("2026-11-17T02:00:00Z");
  private static final Instant WEDNESDAY = Instant.parse("2026-11-18T02:00:00Z");

  private static JdbcClient sql;
  private static SeenBackups seen;

  private final DatabaseId database =
      new DatabaseId("orders/production/d" + UUID.randomUUID().toString().substring(0, 8));

  @BeforeAll
  static void migrate() {
    Shared.Database catalogue = Shared.freshDatabase("seen");
    var source =
        new DriverManagerDataSource(catalogue.jdbcUrl(), catalogue.user(), catalogue.password());
    Flyway.configure().dataSource(source).load().migrate();
    sql = JdbcClient.create(source);
    seen = new SeenBackups(sql);
  }

  @Test
  @DisplayName("is the one before when a drill disproves it, at each level the one so far proved")
  void oneBefore() {
    proved(MONDAY, DRILLED);
    proved(TUESDAY, READ_BACK);
    BackupId newest = proved(WEDNESDAY, DRILLED);
    assertThat(newest()).isEqualTo(new Newest(WEDNESDAY, WEDNESDAY, WEDNESDAY));

    seen.disproved(newest, database, NOW);

    assertThat(newest()).isEqualTo(new Newest(TUESDAY, TUESDAY, MONDAY));
  }

  @Test
  @DisplayName("is none when the only one is disproved, whatever of it is told again")
  void none() {
    BackupId only = proved(TUESDAY, DRILLED);

    seen.disproved(only, database, NOW);
    assertThat(newest()).isEqualTo(new Newest(null, null, null));

    seen.completed(only, database, TUESDAY, NOW.plusSeconds(1));
    seen.verified(only, database, READ_BACK, NOW.plusSeconds(1), NOW.plusSeconds(1));
    seen.verified(only, database, DRILLED, NOW.minusSeconds(1), NOW.plusSeconds(1));
    assertThat(newest()).isEqualTo(new Newest(null, null, null));
  }

  @Test
  @DisplayName("is the same one again once a later drill proves it")
  void provedAgain() {
    BackupId only = proved(TUESDAY, READ_BACK);
    seen.disproved(only, database, NOW);

    seen.verified(only, database, DRILLED, NOW.plusSeconds(1), NOW.plusSeconds(1));

    assertThat(newest()).isEqualTo(new Newest(TUESDAY, TUESDAY, TUESDAY));
  }

  @Test
  @DisplayName(
      "stays when an older one is disproved, also with all facts read again in their order")
  void olderOne() {
    BackupId older = proved(MONDAY, DRILLED);
    BackupId newer = proved(TUESDAY, READ_BACK);

    for (int reading = 0; reading < 2; reading++) {
      told(older, MONDAY, DRILLED);
      told(newer, TUESDAY, READ_BACK);
      seen.disproved(older, database, NOW);

      assertThat(newest()).isEqualTo(new Newest(TUESDAY, TUESDAY, null));
    }
  }

  @Test
  @DisplayName("may be one that nobody saw complete: its disproof changes nothing")
  void unseen() {
    proved(MONDAY, READ_BACK);

    seen.disproved(BackupId.random(), database, NOW);

    assertThat(newest()).isEqualTo(new Newest(MONDAY, MONDAY, null));
  }

  private BackupId proved(Instant data, ProofLevel proof) {
    BackupId backup = BackupId.random();
    told(backup, data, proof);
    return backup;
  }

  private void told(BackupId backup, Instant data, ProofLevel proof) {
    seen.completed(backup, database, data, NOW);
    seen.verified(backup, database, READ_BACK, data.plusSeconds(60), NOW);
    if (proof == DRILLED) {
      seen.verified(backup, database, DRILLED, data.plusSeconds(120), NOW);
    }
  }

  private record Newest(
      @Nullable Instant completed, @Nullable Instant readBack, @Nullable Instant drilled) {}

  private Newest newest() {
    return sql.sql("select * from newest_backup where database = ?")
        .param(database.value())
        .query(
            (row, number) ->
                new Newest(
                    Moments.instantOrNull(row, "completed"),
                    Moments.instantOrNull(row, "read_back"),
                    Moments.instantOrNull(row, "drilled")))
        .single();
  }
}
