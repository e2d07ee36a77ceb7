package dev.fairlead.backup.folder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A folder that a process owns")
class OwnedFolderTest {

  @TempDir Path root;

  /** What another process says of a folder. */
  public static final class Other {

    public static void main(String[] arguments) throws IOException {
      System.out.print(OwnedFolder.claim(Path.of(arguments[0])).isPresent() ? "mine" : "taken");
    }
  }

  @Test
  @DisplayName("stays its own when it sweeps the folders beside it, or claims it again")
  void sweepingKeepsOurs() throws Exception {
    OwnedFolder ours = OwnedFolder.fresh(root, "tunnel-");

    assertThat(OwnedFolder.abandoned(root, "tunnel-")).isEmpty();
    assertThat(OwnedFolder.claim(ours.path())).isEmpty();

    assertThat(otherSays(ours.path())).isEqualTo("taken");
    ours.release();
    assertThat(otherSays(ours.path())).isEqualTo("mine");
  }

  private static String otherSays(Path folder) throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String answer = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(other.waitFor()).isZero();
    return answer;
  }

  @Test
  @DisplayName("is swept when its owner is gone, and not by what a link says")
  void linksAreNotFollowed() throws IOException {
    Path precious = Files.createDirectory(root.resolve("precious"));
    Files.createSymbolicLink(root.resolve("tunnel-link"), precious);
    Path left = Files.createDirectory(root.resolve("tunnel-left"));

    assertThat(OwnedFolder.abandoned(root, "tunnel-"))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.path()).isEqualTo(left);
              found.remove();
            });

    assertThat(left).doesNotExist();
    assertThat(precious).isEmptyDirectory();
  }

  @Test
  @DisplayName("of another user is left alone")
  void ofOthers() throws IOException {
    Neighbours.require(
        "root", "root".equals(System.getProperty("user.name")), "only root may give files away");
    Path others = Files.createDirectory(root.resolve("tunnel-others"));
    UserPrincipal nobody =
        root.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.setOwner(others, nobody);

    assertThat(OwnedFolder.abandoned(root, "tunnel-")).isEmpty();
    assertThat(others).isEmptyDirectory();
  }

  @Test
  @DisplayName("is nobody else's to enter when it is made for a secret")
  void freshIsPrivate() throws IOException {
    OwnedFolder made = OwnedFolder.fresh(root, "tunnel-");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.path())))
        .isEqualTo("rwx------");
    made.remove();
    assertThat(made.path()).doesNotExist();
  }
}
