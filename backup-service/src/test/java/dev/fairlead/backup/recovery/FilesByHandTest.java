package dev.fairlead.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.testing.Documented;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The commands of the page that bring files back by hand")
class FilesByHandTest {

  @TempDir Path folder;

  @Test
  @DisplayName("write and change nothing outside of their folder, whatever an index says")
  void stayInside() throws Exception {
    Neighbours.require("jq");
    Path machine = Files.createDirectory(folder.resolve("machine"));
    Path precious = Files.createDirectory(folder.resolve("precious"));
    Path secret = Files.createFile(precious.resolve("secret"));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));

    String said =
        run(
            machine,
            """
            {"path":"/../outside","kind":"FOLDER"}
            {"path":"/a/../../outside","kind":"LINK","target":"/etc"}
            {"path":"/inside..","kind":"FOLDER"}
            {"path":"/door","kind":"LINK","target":"%s"}
            {"path":"/door/evil","kind":"LINK","target":"/etc"}
            {"path":"/door/secret","kind":"SKIPPED","mode":"rwxrwxrwx"}
            {"path":"/inside../link","kind":"LINK","target":"anywhere"}
            """
                .formatted(precious));

    assertThat(said)
        .contains("left out: /../outside", "left out: /a/../../outside")
        .contains("left out: /door/evil", "left out: /door/secret");
    assertThat(machine.resolve("outside")).doesNotExist();
    assertThat(precious).isDirectoryNotContaining(path -> path.endsWith("evil"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertThat(machine.resolve("restored/inside..")).isDirectory();
    assertThat(machine.resolve("restored/inside../link")).isSymbolicLink();
  }

  private static String run(Path machine, String index) throws IOException, InterruptedException {
    Files.writeString(machine.resolve("attempt-1.files.jsonl.zst.age"), index);
    Files.createFile(machine.resolve("none.pack.zst.age"));
    return Documented.run(
        "opened() { cat \"$1\"; }\n"
            + Documented.commands("backups.md", "files-by-hand")
                .replaceAll("(?m)^opened\\(\\).*$", ""),
        machine,
        Map.of());
  }
}
