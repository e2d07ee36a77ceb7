package dev.fairlead.deployer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.artifact.ArchiveLimits;
import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
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
    Path file = folder.resolve("bad.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      byte[] content = "x".getBytes(StandardCharsets.UTF_8);
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
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
