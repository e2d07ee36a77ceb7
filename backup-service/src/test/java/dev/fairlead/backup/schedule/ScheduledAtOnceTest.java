package dev.fairlead.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.ApplicationEvent.ApplicationApplied;
import dev.fairlead.events.ApplicationEvent.Database;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Of many databases that are due at the same time")
class ScheduledAtOnceTest {

  private static final int DATABASES = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  @DisplayName("two are backed up at a time, and what a deployment waits for goes before the rest")
  void someAtOnce() throws Exception {
    Neighbours.require("postgres", "pg_dump");
    Path release = folder.resolve("release");
    List<SourceDatabase> scheduled =
        IntStream.range(0, DATABASES).mapToObj(n -> SourceDatabase.create("due")).toList();
    SourceDatabase wanted = SourceDatabase.create("wanted");
    Path programs =
        FakePrograms.pgDump(
            folder,
            "case \"$*\" in *%s*) ;; *) while [ ! -e %s ]; do sleep 0.1; done ;; esac; exec \"$REAL\" \"$@\""
                .formatted(wanted.name(), release));
    List<String> arguments = RunningService.arguments(folder);
    arguments.add("--fairlead.backup.postgres-programs=" + programs);
    arguments.add("--fairlead.backup.drill.policy=never");
    arguments.add("--fairlead.backup.schedule=0 0 0 1 1 *");
    arguments.add("--fairlead.backup.scheduled-at-once=2");
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments)) {
      for (int n = 0; n < DATABASES; n++) {
        neighbours.tell(everySecond(RunningService.manifest(due(n), scheduled.get(n), folder)));
      }
      Backups backups = service.bean(Backups.class);
      await().atMost(PATIENCE).until(() -> underWay(backups) == 2);

      DatabaseId release1 = new DatabaseId("wanted/production/main");
      neighbours.tell(RunningService.manifest(release1, wanted, folder));
      BackupId asked = BackupId.random();
      neighbours.tell(
          new BackupRequested(asked, release1, DeploymentId.random(), null, null, null));
      neighbours.await(BackupCompleted.class, event -> event.backup().equals(asked));
      assertThat(underWay(backups)).as("the others wait still").isEqualTo(2);

      Files.createFile(release);
      for (int n = 0; n < DATABASES; n++) {
        DatabaseId database = due(n);
        neighbours.await(BackupCompleted.class, event -> event.database().equals(database));
      }
    }
  }

  private static long underWay(Backups backups) {
    return IntStream.range(0, DATABASES)
        .boxed()
        .flatMap(n -> backups.list(due(n), 10))
        .filter(backup -> !backup.state().hasEnded())
        .count();
  }

  /** A schedule of its own, which the one that a deployment waits for does not have. */
  private static ApplicationApplied everySecond(ApplicationApplied applied) {
    Database it = applied.databases().getFirst();
    return new ApplicationApplied(
        applied.application(),
        applied.environment(),
        applied.manifestHash(),
        applied.team(),
        applied.targets(),
        List.of(
            new Database(
                it.id(),
                it.host(),
                it.port(),
                it.name(),
                it.username(),
                it.password(),
                "* * * * * *",
                null,
                null,
                null,
                null,
                null)),
        applied.labels());
  }

  private static DatabaseId due(int number) {
    return new DatabaseId("due-%d/production/main".formatted(number));
  }
}
