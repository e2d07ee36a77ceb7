package dev.fairlead.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The launcher on a machine without JDK 25")
class LauncherTest {

  /** In a view of the file system of its own, where the usual places are empty. */
  private static final String WITHOUT_JDK =
      """
      for folder in /usr/lib/jvm /usr/java /opt; do
        if [ -d $folder ]; then mount -t tmpfs none $folder || exit 99; fi
      done
      exec env -i HOME="$0" PATH=/usr/bin:/bin "$1" up
      """;

  @TempDir Path home;

  @BeforeEach
  void mayMount() {
    Neighbours.require("unshare");
    Neighbours.require(
        "root",
        System.getProperty("user.name").equals("root"),
        "only root can hide the JDK that is here");
  }

  @Test
  @DisplayName("says so in one error, and how to get one")
  void saysWhatToDo() throws Exception {
    Process launcher = launch();
    String said = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(launcher.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(launcher.exitValue()).as(said).isEqualTo(1);
    assertThat(said.lines().filter(line -> line.startsWith("error: ")))
        .containsExactly("error: Fairlead needs a JDK 25 or newer and found none.");
    assertThat(said).contains("→ install one, for example: apt install", "JAVA_HOME=");
    try (var left = Files.list(home)) {
      assertThat(left).as("left in the user's home").isEmpty();
    }
  }

  private Process launch() throws IOException {
    Path fairlead = new FairleadCommand(home, 0).root().resolve("fairlead");
    List<String> command =
        List.of(
            "unshare", "--mount", "sh", "-c", WITHOUT_JDK, home.toString(), fairlead.toString());
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
