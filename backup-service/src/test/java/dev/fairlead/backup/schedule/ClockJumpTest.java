package dev.fairlead.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.TurnedClock;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A service whose clock jumps")
class ClockJumpTest {

  private static final DatabaseId ORDERS = new DatabaseId("orders-jump/production/main");

  @TempDir Path folder;
  private final TurnedClock clock = new TurnedClock();

  @Test
  @DisplayName("asks for one backup a day, forward and back, however many instances look")
  void jumps() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    SourceDatabase source = SourceDatabase.create("jump").withOrders(5);
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.drill.policy=never");
    clock.turnTo(Instant.parse("2030-03-10T01:00:00Z"));
    // those that it asked for before need not be made yet
    arguments.add("--fairlead.backup.scheduled-at-once=100");
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments, clock)) {
      neighbours.tell(RunningService.manifest(ORDERS, source, folder));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.get("/databases").body().contains(ORDERS.value()));

      requireRuns(service, "2030-03-10T01:59:00Z", 0, "not yet");
      requireRuns(service, "2030-03-10T02:00:01Z", 1, "due");
      requireRuns(service, "2030-03-10T01:30:00Z", 1, "set back to before it");
      requireRuns(service, "2030-03-10T02:00:01Z", 1, "the same moment for the second time");
      requireRuns(service, "2030-03-10T23:00:00Z", 1, "far ahead on the same day");
      requireRuns(service, "2030-03-10T12:00:00Z", 1, "and back");
      requireRuns(service, "2030-03-13T12:00:00Z", 2, "three days ahead: one makes up for all");
      requireRuns(service, "2030-03-12T11:30:00Z", 2, "a day back");
      requireRuns(service, "2030-03-13T11:00:00Z", 2, "it had been in that period");
      requireRuns(service, "2030-03-14T02:00:01Z", 3, "the next period");
      requireRuns(service, "2031-03-14T02:00:01Z", 4, "a year ahead");
      requireRuns(service, "2030-03-14T12:00:00Z", 5, "and back: that clock was wrong");
      requireRuns(service, "2030-03-15T02:00:01Z", 6, "as ever");
    }
  }

  /** Several look at the same time, as instances of the service do. */
  private void requireRuns(RunningService service, String moment, int runs, String why)
      throws Exception {
    clock.turnTo(Instant.parse(moment));
    ScheduleRounds rounds = service.bean(ScheduleRounds.class);
    Callable<Void> look =
        () -> {
          rounds.requestWhatIsDue();
          return null;
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> looked : threads.invokeAll(List.of(look, look, look, look))) {
        looked.get();
      }
    }
    assertThat(service.bean(Backups.class).list(ORDERS, 100)).as(why).hasSize(runs);
  }
}
