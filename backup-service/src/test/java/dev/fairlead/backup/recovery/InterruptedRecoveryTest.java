package dev.fairlead.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.FakePrograms;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A recovery that is interrupted while it loads")
class InterruptedRecoveryTest {

  private static final Duration LONG = Duration.ofMinutes(2);

  /** Loads nothing until whoever started it is gone. */
  private static final String HANGS = "exec tail --pid=$PPID -f /dev/null";

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();
  private SourceDatabase source;
  private String copy;

  @BeforeEach
  void backUp() throws IOException {
    Neighbours.require("postgres", "pg_dump", "pg_restore");
    source = SourceDatabase.create("interrupted").withOrders(10);
    copy = source.name() + "_copy";
    Workshop workshop = new Workshop(new DiskStore("disk", folder.resolve("store")));
    workshop.backUp(source.access());
    Files.writeString(folder.resolve("age-identity.txt"), workshop.identityFile());
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  @DisplayName("drops what it filled")
  void ended() throws Exception {
    Process hanging = hanging();

    hanging.destroy();

    assertThat(hanging.waitFor()).isNotZero();
    assertThat(source.databases()).containsExactly(source.name());
  }

  @Test
  @DisplayName("keeps others out while it lives; killed, it leaves what the next one drops")
  void killed() throws Exception {
    Process hanging = hanging();
    Process second = start("second", List.of());
    assertThat(second.waitFor()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("second")))
        .contains("another restore into " + copy + " is under way", "pg_terminate_backend");
    assertThat(filled()).as("the first one's").hasSize(1);
    assertThat(hanging.isAlive()).isTrue();

    hanging.destroyForcibly().waitFor();
    await().atMost(LONG).until(() -> sessions().isEmpty());
    assertThat(filled()).as("left behind").hasSize(1);
    Connection monitoring = Shared.postgres().connect(filled().getFirst());
    Process next = start("next", List.of());

    assertThat(next.waitFor()).as(Files.readString(folder.resolve("next"))).isZero();
    assertThat(source.databases()).containsExactly(source.name(), copy);
    assertThat(monitoring.isValid(1)).as("whoever only looked").isFalse();
  }

  private Process hanging() throws IOException {
    Path programs = FakePrograms.pgDump(folder, HANGS);
    FakePrograms.add(programs, "pg_restore", HANGS);
    Process hanging = start("hanging", List.of("--postgres-programs", programs.toString()));
    await("a database that is filled")
        .atMost(LONG)
        .until(() -> !hanging.isAlive() || filled().size() == 1);
    assertThat(hanging.isAlive()).as(Files.readString(folder.resolve("hanging"))).isTrue();
    return hanging;
  }

  private List<String> filled() {
    return source.databases().stream().filter(name -> name.contains("_restoring_")).toList();
  }

  private List<String> sessions() {
    return source.query(
        "postgres",
        """
        select application_name from pg_stat_activity
         where datname like '%s%%' or application_name = 'fairlead-backup recovery'
        """
            .formatted(source.name()));
  }

  private Process start(String name, List<String> more) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Executables.java().toString(), "-XX:TieredStopAtLevel=1", "-Xmx128m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Recovery.class.getName());
    command.addAll(List.of("--from", folder.resolve("store").toString()));
    command.addAll(List.of("--database", Workshop.DATABASE.value(), "--into", address()));
    command.addAll(List.of("--identity", folder.resolve("age-identity.txt").toString()));
    command.addAll(more);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name).toFile());
    builder.environment().put("PGPASSWORD", Shared.postgres().password());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private String address() {
    return "postgresql://%s@127.0.0.1:%d/%s"
        .formatted(Shared.postgres().user(), Shared.postgres().port(), copy);
  }
}
