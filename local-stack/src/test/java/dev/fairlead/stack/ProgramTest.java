package dev.fairlead.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A program that is run to its end")
class ProgramTest {

  @TempDir Path folder;

  @Test
  @DisplayName("is ended when whoever waits for it is interrupted")
  void interrupted() throws Exception {
    Path pid = folder.resolve("pid");
    List<String> command =
        List.of(
            "/bin/sh", "-c", "echo $$ > %s.new; mv %s.new %s; sleep 60".formatted(pid, pid, pid));
    Thread waiting =
        Thread.ofVirtual()
            .start(
                () ->
                    assertThatThrownBy(() -> Program.run(command, Duration.ofMinutes(1)))
                        .hasMessageContaining("interrupted"));
    await().until(() -> Files.exists(pid));
    ProcessHandle program =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();

    waiting.interrupt();
    waiting.join();

    assertThat(Program.awaitEnd(program, Duration.ofSeconds(10))).isTrue();
  }
}
