package dev.fairlead.deployer.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.events.DeploymentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A command of an application's own")
class CommandTest {

  /** Its parent is gone at once: it is nobody's descendant. */
  private static final String ORPHAN = "(setsid sleep 98765 & echo $! > child); ";

  @TempDir private Path folder;
  private final DeploymentId deployment = DeploymentId.random();

  @Test
  @DisplayName("that does not end is killed with what it has orphaned")
  void deadline() throws Exception {
    Command.Ended ended = command(ORPHAN + "sleep 98765", Duration.ofSeconds(1)).run();

    assertThat(ended.fault()).startsWith("did not end within");
    await().until(() -> !isAlive("child"));
  }

  @Test
  @DisplayName("that is given up is killed with what it has orphaned")
  void interrupted() throws Exception {
    Thread runner = Thread.startVirtualThread(() -> run(ORPHAN + "sleep 98765"));
    await().until(() -> isAlive("child"));

    runner.interrupt();
    runner.join();

    await().until(() -> !isAlive("child"));
  }

  @Test
  @DisplayName("ends what a deployer that was killed has left of it, before it runs again")
  void leftovers() throws Exception {
    assertThat(run(ORPHAN + "echo $$ > first").passed()).isTrue();
    await().until(() -> isAlive("child"));
    String orphan = Files.readString(folder.resolve("child")).strip();

    Command.Ended again = run("! grep -q sleep /proc/%s/cmdline 2>/dev/null".formatted(orphan));

    assertThat(again.fault()).isEmpty();
    await().until(() -> !isAlive("child"));
  }

  @Test
  @DisplayName("may leave something running for the next one, until the deployment is undone")
  void others() throws Exception {
    run(ORPHAN);
    new Command(deployment, "next", List.of("true"), folder, Map.of(), Duration.ofSeconds(30))
        .run();
    assertThat(isAlive("child")).isTrue();

    Command.endLeftovers(deployment);

    await().until(() -> !isAlive("child"));
  }

  @Test
  @DisplayName("tells what it wrote also where it leaves something running that holds its output")
  void lastWords() throws Exception {
    Command.Ended ended = run("sleep 98765 & echo $! > child; echo said; sleep 0.3");

    assertThat(ended.fault()).isEmpty();
    assertThat(ended.output()).isEqualTo("said\n");
    assertThat(isAlive("child")).isTrue();
    Command.endLeftovers(deployment);
    await().until(() -> readers().isEmpty());
  }

  private static List<String> readers() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("output-of-"))
        .toList();
  }

  @Test
  @DisplayName("shows whole lines of a long output, for a piece could be that of a secret")
  void wholeLines() {
    String first = "x".repeat(1_000);
    Command.Ended ended = run("yes %s | head -n 1000; echo last".formatted(first));

    assertThat(ended.output()).endsWith(first + "\nlast\n").hasSizeLessThan(LastOutput.MOST);
    assertThat(ended.output().lines().limit(200)).containsOnly(first);
    assertThat(run("yes | tr -d '\\n' | head -c 1000000").output())
        .isEqualTo("[a line of more than 256 KiB is left out]\n");
  }

  private Command command(String script, Duration longest) {
    return new Command(deployment, "smoke", List.of("sh", "-c", script), folder, Map.of(), longest);
  }

  private Command.Ended run(String script) {
    try {
      return command(script, Duration.ofSeconds(30)).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Command.Ended("interrupted", "", false);
    }
  }

  private boolean isAlive(String file) throws IOException {
    Path pid = folder.resolve(file);
    if (!Files.exists(pid) || Files.readString(pid).isBlank()) {
      return false;
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
        .filter(ProcessHandle::isAlive)
        .isPresent();
  }
}
