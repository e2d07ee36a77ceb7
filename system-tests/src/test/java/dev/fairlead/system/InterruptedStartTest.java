package dev.fairlead.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A start that Ctrl-C interrupts")
class InterruptedStartTest {

  private static final int OFFSET = 8_000;
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final List<Integer> STORES = List.of(7132 + OFFSET, 7192 + OFFSET);

  @TempDir Path home;

  private FairleadCommand fairlead;
  private Path out;
  private Path err;

  @BeforeEach
  void prepare() throws IOException {
    Neighbours.require("pg_dump");
    fairlead = new FairleadCommand(home, OFFSET);
    out = Files.createFile(home.resolve("out"));
    err = Files.createFile(home.resolve("err"));
  }

  @AfterEach
  void stop() {
    fairlead.run(LONG, "down").succeeded();
  }

  @Test
  @DisplayName("leaves nothing running and says so in one line, at whatever moment it comes")
  void leavesNothing() throws Exception {
    interruptUpWhen(this::databasesAreBeingMade);
    interruptUpWhen(() -> isRecorded("postgres"));
    interruptUpWhen(() -> isRecorded("kafka") && isRecorded("edge"));
  }

  private void interruptUpWhen(BooleanSupplier moment) throws Exception {
    Process up = fairlead.start(out, err, "up");
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> moment.getAsBoolean() || !up.isAlive());
    assertThat(up.isAlive()).as(Files.readString(err)).isTrue();
    interrupt(up);

    assertThat(up.waitFor(90, TimeUnit.SECONDS)).as("ends").isTrue();
    String said = Files.readString(err);
    assertThat(up.exitValue()).as(said).isEqualTo(130);
    assertThat(said.lines().filter(line -> !line.startsWith("✓")))
        .containsExactly(
            "starting Fairlead in " + home, "interrupted: what was started is stopped again");
    assertThat(Leftovers.of(home)).isEmpty();
    assertThat(STORES).allMatch(Ports::isFree);
  }

  private boolean databasesAreBeingMade() {
    try {
      Path data = home.resolve("data/postgres");
      Path note = data.resolve("moved-to");
      Path folder = Files.exists(note) ? Path.of(Files.readString(note)) : data;
      return Files.exists(folder.resolve("cluster.new/PG_VERSION"));
    } catch (IOException e) {
      return false; // it is being written
    }
  }

  private boolean isRecorded(String member) {
    return Files.exists(home.resolve("run").resolve(member + ".pid"));
  }

  private static void interrupt(Process process) throws Exception {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  @Test
  @DisplayName("keeps a second demo out while it lasts, and names the first one")
  void secondDemo() throws Exception {
    Process demo = fairlead.start(out, err, "demo", "--headless");
    Path lock = home.resolve("demo/demo.lock");
    await()
        .atMost(LONG)
        .until(() -> Files.exists(lock) && Files.readString(lock).contains("process"));

    FairleadCommand.Result second = fairlead.run("demo");

    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.err().lines().filter(line -> line.startsWith("error: ")))
        .singleElement()
        .asString()
        .contains("another command works on this stack: demo, process " + demo.pid());
    await().atMost(LONG).until(() -> Files.exists(home.resolve("demo/run/postgres.pid")));
    interrupt(demo);
    assertThat(demo.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(Leftovers.of(home)).isEmpty();
  }
}
