package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.stack.Executables;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names on disk are bytes, whatever the encoding of whoever reads them. */
class PathTextTest {

  @TempDir Path folder;
  private Path files;

  @BeforeEach
  void prepare() throws IOException {
    files = Files.createDirectories(folder.resolve("files"));
  }

  private void shell(String script) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", script).directory(files.toFile()).inheritIO().start();
    assertThat(shell.waitFor()).isZero();
  }

  @Test
  void namesInAnotherEncodingFailTheBackup() throws Exception {
    Neighbours.require("postgres");
    shell("touch \"$(printf 'caf\\351.txt')\" \"$(printf 'caf\\350.txt')\"");

    assertThatThrownBy(() -> new Attic(folder.resolve("store")).archive(files))
        .isInstanceOf(BackupFailure.class)
        .hasMessageContaining("in the folder " + files.toRealPath() + " is no text in UTF-8")
        .satisfies(
            e -> {
              BackupFailure failure = (BackupFailure) e;
              assertThat(failure.advice()).contains("convmv", "backup.files");
              assertThat(failure.worthAnotherTry()).isFalse();
            });
  }

  @Test
  void targetsOfLinksInAnotherEncodingFailTheBackup() throws Exception {
    Neighbours.require("postgres");
    shell("ln -s \"$(printf 'caf\\351.txt')\" latest");

    assertThatThrownBy(() -> new Attic(folder.resolve("store")).archive(files))
        .isInstanceOf(BackupFailure.class)
        .hasMessageContaining("of the link 'latest' in the folder " + files.toRealPath());
  }

  @Test
  void whatIsTextIsKeptEvenWhereItLooksLost() throws Exception {
    shell("touch \"$(printf 'gr\\303\\274n')\" \"$(printf 'a\\357\\277\\275b')\"");

    try (var names = Files.list(files)) {
      assertThat(names.map(PathText::of).map(Path::of)).hasSize(2).allMatch(Files::exists);
    }
  }

  @Test
  void aProcessThatIsNotInUtf8SaysHowToStartIt() throws Exception {
    shell("touch \"$(printf 'gr\\303\\274n.txt')\"");

    String said = saidInPosixLocale();

    assertThat(said)
        .contains("gr\uFFFD\uFFFDn.txt' in the folder " + files)
        .contains("no file can be called 'grün.txt'")
        .contains("LC_ALL=C.UTF-8");
  }

  private String saidInPosixLocale() throws Exception {
    Path output = folder.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(
                Executables.java().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PathTextTest.class.getName(),
                files.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("LC_ALL", "C");
    int code = builder.start().waitFor();
    String said = Files.readString(output);
    assertThat(code).as(said).isZero();
    return said;
  }

  /** The other process: tells what it says of each file in a folder, and of one that it names. */
  public static void main(String[] arguments) throws IOException {
    try (var names = Files.list(Path.of(arguments[0]))) {
      for (Path name : names.toList()) {
        say(() -> PathText.of(name));
      }
    }
    say(() -> PathText.path("grün.txt"));
  }

  private static void say(Runnable attempt) {
    try {
      attempt.run();
    } catch (BackupFailure e) {
      System.out.writeBytes((e.sentence() + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}
