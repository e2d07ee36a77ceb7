package dev.fairlead.deployer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fairlead.deployer.artifact.ArchiveLimits;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The context of a build")
class BuildContextsTest {

  @TempDir private Path folder;
  private BuildContexts contexts = new BuildContexts(Path.of("unset"));

  @BeforeEach
  void open() {
    contexts = new BuildContexts(folder.resolve("store"));
  }

  @Test
  @DisplayName("is the same for the same files, whenever and wherever they were written")
  void reproducible() throws IOException {
    Path one = written("one");
    Path other = written("other");
    Files.setLastModifiedTime(other.resolve("app.sh"), FileTime.fromMillis(12_345));

    Artifact.Context first = contexts.pack(one, "Dockerfile");
    assertThat(contexts.pack(other, "Dockerfile")).isEqualTo(first);

    Files.writeString(other.resolve("app.sh"), "changed");
    assertThat(contexts.pack(other, "Dockerfile")).isNotEqualTo(first);
  }

  @Test
  @DisplayName("leaves out what .dockerignore says, but never the Dockerfile")
  void ignores() throws IOException {
    Path context = written("one");
    Files.writeString(context.resolve(".dockerignore"), "*\n!app.sh\n");
    Files.writeString(context.resolve("secret"), "not for an image");

    assertThat(names(contexts.pack(context, "Dockerfile")))
        .containsExactly(".dockerignore", "Dockerfile", "app.sh");
  }

  @Test
  @DisplayName("may be a tar archive, zipped or not, and is the same as that of its files")
  void archive() throws IOException {
    Path context = written("one");
    Artifact.Context expected = contexts.pack(context, "Dockerfile");
    Path zipped = folder.resolve("context.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      Files.copy(expected.file(), out);
    }

    assertThat(contexts.pack(expected.file(), "Dockerfile")).isEqualTo(expected);
    assertThat(contexts.pack(zipped, "Dockerfile")).isEqualTo(expected);
  }

  @Test
  @DisplayName(
      "is refused when it is absent, lacks a Dockerfile, leaves its folder or is too large")
  void refused() throws IOException {
    assertThatThrownBy(() -> contexts.pack(folder.resolve("no"), "Dockerfile"))
        .isInstanceOf(ArtifactUnusable.class)
        .hasMessageContaining("correct artifact.build.context");
    Path context = written("one");
    assertThatThrownBy(() -> contexts.pack(context, "deploy/Dockerfile"))
        .hasMessageContaining("there is no deploy/Dockerfile in it")
        .hasMessageContaining("artifact.build.dockerfile");
    assertThatThrownBy(() -> contexts.pack(tar("../outside"), "Dockerfile"))
        .hasMessageContaining("../outside leaves the archive");
    BuildContexts small = new BuildContexts(folder.resolve("small"), new ArchiveLimits(4, 10));
    assertThatThrownBy(() -> small.pack(context, "Dockerfile")).hasMessageContaining("is larger");
    assertThat(folder.resolve("outside")).doesNotExist();
  }

  @Test
  @DisplayName("in an archive writes over nothing, least of all through a link")
  void twice() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "mine");
    TarArchiveEntry link = new TarArchiveEntry("a", TarConstants.LF_SYMLINK);
    link.setLinkName(victim.toString());
    TarArchiveEntry program = new TarArchiveEntry("a");
    program.setMode(0755);
    TarArchiveEntry file = new TarArchiveEntry("a");

    assertThatThrownBy(() -> contexts.pack(tar(link, program), "Dockerfile"))
        .isInstanceOf(ArtifactUnusable.class)
        .hasMessageContaining("a is in it twice; pack it again");
    assertThat(victim).hasContent("mine");
    assertThat(Files.isExecutable(victim)).isFalse();
    assertThatThrownBy(() -> contexts.pack(tar(file, link), "Dockerfile"))
        .hasMessageContaining("a is in it twice");
  }

  @Test
  @DisplayName("leaves out pipes, and does not wait for what may come out of them")
  void pipes() throws Exception {
    Path context = written("one");
    assertThat(new ProcessBuilder("mkfifo", context.resolve("pipe").toString()).start().waitFor())
        .isZero();

    assertThat(
            assertTimeoutPreemptively(
                Duration.ofMinutes(1), () -> names(contexts.pack(context, "Dockerfile"))))
        .containsExactly("Dockerfile", "app.sh", "link", "sub/", "sub/data");
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () ->
            assertThatThrownBy(() -> contexts.pack(context.resolve("pipe"), "Dockerfile"))
                .hasMessageContaining("there is no such folder or archive"));
  }

  @Test
  @DisplayName("leaves out sockets")
  void sockets() throws Exception {
    Path context = written("one");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(context.resolve("s")));

      assertThat(names(contexts.pack(context, "Dockerfile"))).doesNotContain("s");
    }
  }

  @Test
  @DisplayName("that is too large is refused before it is copied")
  void tooLarge() throws IOException {
    Path context = written("one");
    try (FileChannel hole =
        FileChannel.open(
            context.resolve("z"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      hole.write(ByteBuffer.allocate(1), 100 << 20);
    }
    ByteArrayOutputStream copied = new ByteArrayOutputStream();
    ContextArchive archive =
        new ContextArchive(context, "Dockerfile", new ArchiveLimits(1 << 20, 100));

    assertThatThrownBy(() -> archive.write(copied)).hasMessageContaining("larger than 1 MB");
    assertThat(copied.size()).isLessThan(1 << 20);
  }

  @Test
  @DisplayName("is refused with the line of .dockerignore that is no pattern, or if that is a link")
  void ignoreFile() throws IOException {
    Path context = written("one");
    Path ignore = Files.writeString(context.resolve(".dockerignore"), "target\n[\n");
    assertThatThrownBy(() -> contexts.pack(context, "Dockerfile"))
        .isInstanceOf(ArtifactUnusable.class)
        .hasMessageContaining(".dockerignore line 2 is no pattern: '['");

    Files.delete(ignore);
    Files.createSymbolicLink(ignore, Files.writeString(folder.resolve("secret"), "[hunter2"));
    assertThatThrownBy(() -> contexts.pack(context, "Dockerfile"))
        .isInstanceOf(ArtifactUnusable.class)
        .hasMessageContaining("its .dockerignore is a link")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  @DisplayName("leaves nothing for ever when packing it was killed")
  void leftovers() throws IOException {
    contexts.pack(written("one"), "Dockerfile");
    Path store = folder.resolve("store");
    Path part = Files.writeString(store.resolve(".context.0b1e.part"), "half");
    Path unpacked = Files.createDirectories(store.resolve(".unpacked.0b1e.part/sub"));
    Files.writeString(unpacked.resolve("file"), "half");

    contexts.prune(Set.of(), Instant.now().minusSeconds(3600));
    assertThat(part).as("perhaps still being written").exists();
    assertThat(unpacked).exists();
    contexts.prune(Set.of(), Instant.now().plusSeconds(3600));
    assertThat(store).isEmptyDirectory();
  }

  @Test
  @DisplayName("is kept until nobody needs it, and has not for a while")
  void pruned() throws IOException {
    Artifact.Context kept = contexts.pack(written("one"), "Dockerfile");
    Path changed = written("two");
    Files.writeString(changed.resolve("app.sh"), "changed");
    Artifact.Context old = contexts.pack(changed, "Dockerfile");

    contexts.prune(Set.of(kept.digest()), Instant.now().minusSeconds(3600));
    assertThat(contexts.find(old.digest())).isPresent();
    contexts.prune(Set.of(kept.digest()), Instant.now().plusSeconds(3600));
    assertThat(contexts.find(old.digest())).isEmpty();
    assertThat(contexts.find(kept.digest())).isPresent();
  }

  private Path written(String name) throws IOException {
    Path context = folder.resolve(name);
    Files.createDirectories(context.resolve("sub"));
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY . /\n");
    Files.writeString(context.resolve("app.sh"), "echo hello");
    assertThat(context.resolve("app.sh").toFile().setExecutable(true)).isTrue();
    Files.writeString(context.resolve("sub/data"), "1");
    Files.createSymbolicLink(context.resolve("link"), Path.of("sub/data"));
    return context;
  }

  private Path tar(String name) throws IOException {
    return tar(new TarArchiveEntry(name, true));
  }

  private Path tar(TarArchiveEntry... entries) throws IOException {
    Path file = folder.resolve("bad.tar");
    byte[] content = "x".getBytes(StandardCharsets.UTF_8);
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (TarArchiveEntry entry : entries) {
        entry.setSize(entry.isSymbolicLink() ? 0 : content.length);
        tar.putArchiveEntry(entry);
        tar.write(content, 0, (int) entry.getSize());
        tar.closeArchiveEntry();
      }
    }
    return file;
  }

  private static List<String> names(Artifact.Context context) throws IOException {
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(Files.newInputStream(context.file()))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }
}
