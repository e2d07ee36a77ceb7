package dev.fairlead.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The launcher gives every JVM a locale")
class LauncherLocaleTest {

  @TempDir Path home;

  @Test
  @DisplayName("in which names of files are UTF-8, also where the user's is not installed")
  void inUtf8() throws Exception {
    assertThat(localeUnder(Map.of())).isEqualTo("C.UTF-8");
    assertThat(localeUnder(Map.of("LANG", "de_DE.UTF-8", "LC_ALL", "C"))).isEqualTo("C.UTF-8");
    assertThat(localeUnder(Map.of("LANG", "xx_XX.UTF-8"))).isEqualTo("C.UTF-8");
  }

  /** A JDK that tells nothing but its locale. */
  private String localeUnder(Map<String, String> environment)
      throws IOException, InterruptedException {
    Path bin = Files.createDirectories(home.resolve("jdk/bin"));
    Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\necho \"${LC_ALL-not set}\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path fairlead = new FairleadCommand(home, 0).root().resolve("fairlead");
    ProcessBuilder builder =
        new ProcessBuilder(fairlead.toString(), "version").redirectErrorStream(true);
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH",
                "/usr/bin:/bin",
                "HOME",
                home.toString(),
                "JAVA_HOME",
                home.resolve("jdk").toString(),
                "FAIRLEAD_NO_BUILD",
                "1"));
    builder.environment().putAll(environment);
    Process launcher = builder.start();
    String said = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(launcher.waitFor()).as(said).isZero();
    return said.strip();
  }
}
