package dev.fairlead.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.store.DiskStore;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An archive")
class ArchiveWriterTest {

  private static final int DUMP_BYTES = 100 * 1024 * 1024;

  @TempDir Path folder;

  @Test
  @DisplayName("of several frames comes out as it went in")
  void severalFrames() throws Exception {
    AgeIdentity identity = AgeIdentity.parse(AgeIdentity.generate());
    DiskStore store = new DiskStore("disk", folder);
    CRC32C in = new CRC32C();
    Manifest.Archive archive;
    try (ArchiveWriter writer =
        new ArchiveWriter(
            List.of(store),
            "a/b/c/archive",
            new AgeRecipients(identity.recipients()),
            new Compression(3, 1),
            5 * 1024 * 1024)) {
      writer.writeAll(new Noise(in), Passage.UNHEARD);
      archive = writer.complete("archive");
    }

    CRC32C out = new CRC32C();
    try (InputStream stored = store.open("a/b/c/archive").orElseThrow();
        OutputStream sink = new CheckedOutputStream(OutputStream.nullOutputStream(), out)) {
      ArchiveReader.copyDump(stored, archive, identity, sink, Passage.UNHEARD);
    }

    assertThat(archive.dumpBytes()).isEqualTo(DUMP_BYTES);
    assertThat(archive.sizeBytes()).isLessThan(DUMP_BYTES * 3L / 4);
    assertThat(out.getValue()).isEqualTo(in.getValue());
  }

  @Test
  @DisplayName("that is given up leaves nothing in one store, though another cannot be tidied")
  void abortsEach() throws Exception {
    DiskStore stuck = new DiskStore("stuck", folder.resolve("stuck"));
    DiskStore other = new DiskStore("other", folder.resolve("other"));
    AgeRecipients recipients =
        new AgeRecipients(AgeIdentity.parse(AgeIdentity.generate()).recipients());
    try (ArchiveWriter writer =
        new ArchiveWriter(
            List.of(stuck, other), "a/b/c/archive", recipients, new Compression(3, 1), 1024)) {
      assertThat(writer.dumpBytes()).isZero();
      Path unfinished = folder.resolve("stuck").resolve(stuck.unfinished("").getFirst().handle());
      Files.delete(unfinished);
      Files.createDirectories(unfinished.resolve("not empty"));
    }

    assertThat(other.unfinished("")).isEmpty();
  }

  /** Half of it compresses. */
  private static final class Noise extends InputStream {

    private final Random random = new Random(42);
    private final CRC32C digest;
    private int left = DUMP_BYTES;

    Noise(CRC32C digest) {
      this.digest = digest;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("read in chunks");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (left == 0) {
        return -1;
      }
      int count = Math.min(left, length);
      byte[] half = new byte[count / 2];
      random.nextBytes(half);
      System.arraycopy(half, 0, target, offset, half.length);
      Arrays.fill(target, offset + half.length, offset + count, (byte) 'x');
      digest.update(target, offset, count);
      left -= count;
      return count;
    }
  }

  @Test
  @DisplayName("is compressed less while the compressor is the slowest, and harder again after")
  void adapts() {
    AdaptiveLevel level = new AdaptiveLevel(3);

    assertThat(level.after(1_000, 100)).isEqualTo(2);
    assertThat(level.after(1_000, 100)).isEqualTo(1);
    assertThat(level.after(1_000, 0)).isEqualTo(1);
    assertThat(level.after(1_000, 500)).as("neither").isEqualTo(1);
    assertThat(level.after(1_000, 900)).isEqualTo(2);
    assertThat(level.after(1_000, 900)).isEqualTo(3);
    assertThat(level.after(1_000, 900)).isEqualTo(3);
  }
}
