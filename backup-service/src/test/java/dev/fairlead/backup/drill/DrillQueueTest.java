package dev.fairlead.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("Drills that wait for their turn")
class DrillQueueTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders-queue/production/main");
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path folder;

  @Test
  @DisplayName("ask the less often the more are before them, at most every five minutes")
  void rarely() {
    Neighbours.require("postgres");
    try (RunningService service = RunningService.start(RunningService.arguments(folder))) {
      Drills drills = service.bean(Drills.class);
      DrillRunner runner = service.bean(DrillRunner.class);
      List<BackupId> waiting = new ArrayList<>();
      for (int n = 0; n < 3; n++) {
        BackupId backup = BackupId.random();
        drills.request(backup, ORDERS, NOON.plusSeconds(n));
        waiting.add(backup);
      }
      assertThat(service.bean(DrillTurn.class).tryTake()).isTrue();

      assertThat(waiting)
          .extracting(id -> runner.run(id).orElseThrow().toSeconds())
          .containsExactly(1L, 2L, 3L);

      begun(service, waiting.getFirst());
      assertThat(runner.run(waiting.get(1))).contains(Duration.ofSeconds(1));

      thousandBefore(service, waiting.get(1));
      assertThat(runner.run(waiting.get(1))).contains(Duration.ofSeconds(301));
    }
  }

  private static void begun(RunningService service, BackupId backup) {
    service.bean(Drills.class).begun(backup, NOON);
  }

  private static void thousandBefore(RunningService service, BackupId backup) {
    service
        .bean(JdbcClient.class)
        .sql(
            """
            insert into drill (backup, database, state, requested_at)
            select gen_random_uuid(), mine.database, 'waiting', mine.requested_at - interval '1 hour'
              from drill mine, generate_series(1, 1000) where mine.backup = ?
            """)
        .param(backup.value())
        .update();
  }
}
