package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.files.Attic.Archived;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@InSecondLane
class FileArchiveTest {

  private static final int MEGABYTE = 1024 * 1024;

  @TempDir Path folder;
  private Attic attic;
  private Path files;

  @BeforeEach
  void prepare() throws IOException {
    Neighbours.require("postgres");
    attic = new Attic(folder.resolve("store"));
    files = Files.createDirectory(folder.resolve("files"));
  }

  @AfterEach
  void close() {
    if (attic != null) {
      attic.close();
    }
  }

  @Test
  void whateverIsArchivedComesBackEqual() throws IOException {
    for (long seed = 0; seed < 8; seed++) {
      Path tree = Files.createDirectory(folder.resolve("tree-" + seed));
      Random random = new Random(seed);
      grow(tree, random, 0);
      Path back = Files.createDirectory(folder.resolve("back-" + seed));

      Archived archived = attic.archive(tree);
      attic.restore(archived, back);

      assertThat(portrait(back.resolve("tree-" + seed)))
          .as("seed %d", seed)
          .isEqualTo(portrait(tree));
    }
  }

  /**
   * Folders, empty ones too; files of all sizes, odd names, odd rights; links that lead anywhere.
   */
  private static void grow(Path folder, Random random, int depth) throws IOException {
    int count = 1 + random.nextInt(5);
    for (int n = 0; n < count; n++) {
      Path path = folder.resolve("%d ü\n'\"%s".formatted(n, "x".repeat(random.nextInt(40))));
      switch (random.nextInt(depth > 3 ? 3 : 4)) {
        case 0 -> Files.createSymbolicLink(path, Path.of(random.nextBoolean() ? "/etc" : "0/lost"));
        case 1 -> Files.write(path, new byte[0]);
        case 2 -> write(path, random);
        default -> grow(Files.createDirectory(path), random, depth + 1);
      }
      if (!Files.isSymbolicLink(path)) {
        Files.setPosixFilePermissions(
            path,
            PosixFilePermissions.fromString(random.nextBoolean() ? "rwxr-x---" : "rwx---r-x"));
        Files.setLastModifiedTime(
            path, FileTime.from(Instant.ofEpochSecond(random.nextInt(2_000_000_000), 123_456_000)));
      }
    }
  }

  private static void write(Path path, Random random) throws IOException {
    byte[] bytes = new byte[random.nextInt(3) == 0 ? random.nextInt(6 * MEGABYTE) : 100];
    random.nextBytes(bytes);
    Files.write(path, bytes);
  }

  @Test
  void whatHasNotChangedIsStoredOnce() throws IOException {
    random(files.resolve("a"), 1, 12 * MEGABYTE);
    random(files.resolve("b"), 2, 100);
    attic.archive(files);
    long first = attic.packBytes();

    Archived second = attic.archive(files);

    assertThat(attic.packBytes()).as("no new byte").isEqualTo(first);
    assertThat(second.files().packs()).isNotEmpty();
    attic.restore(second, Files.createDirectory(folder.resolve("back")));
    assertThat(portrait(folder.resolve("back/files"))).isEqualTo(portrait(files));
  }

  @Test
  void manySmallFilesTakeNoStatementEach() throws IOException {
    int count = 600;
    for (int n = 0; n < count; n++) {
      random(files.resolve("file-" + n), n, 100);
    }

    assertThat(attic.statements(() -> attic.archive(files)))
        .as("each is looked up, and all are noted at once")
        .isBetween(count, count + 20);
    assertThat(attic.statements(() -> attic.archive(files)))
        .as("of files that have not changed many are looked up at once")
        .isLessThan(20);
    random(files.resolve("file-7"), 7_000, 100);
    Archived third = attic.archive(files);
    assertThat(third.files().packs()).as("the old one and one more").hasSize(2);
    attic.restore(third, Files.createDirectory(folder.resolve("back")));
    assertThat(portrait(folder.resolve("back/files"))).isEqualTo(portrait(files));
  }

  @Test
  void aPackThatHasRottedIsNotUsedAgainButWrittenAnew() throws IOException {
    random(files.resolve("a"), 1, 12 * MEGABYTE);
    attic.archive(files);
    String pack = attic.store().list(BackupKeys.PACKS).getFirst().key();
    flipOneBit(folder.resolve("store").resolve(pack));
    attic.aWeekPasses();

    Archived second = attic.archive(files);

    assertThat(second.files().packs())
        .extracting(Manifest.Archive::name)
        .doesNotContain(BackupKeys.packName(pack));
    attic.restore(second, Files.createDirectory(folder.resolve("back")));
    assertThat(portrait(folder.resolve("back/files"))).isEqualTo(portrait(files));
    assertThat(attic.archive(files).files().packs())
        .as("and what was written anew is used again")
        .isEqualTo(second.files().packs());
  }

  @Test
  void aPackThatWasSeenToBeBadIsNotUsedAgain() throws IOException {
    random(files.resolve("a"), 1, MEGABYTE);
    String pack = attic.archive(files).files().packs().getFirst().name();
    attic.readings().bad(pack, "disk", "has 1 byte");
    assertThat(attic.archive(files).files().packs())
        .extracting(Manifest.Archive::name)
        .doesNotContain(pack);
  }

  private static void flipOneBit(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aByteInsertedAtTheFrontMovesOnlyTheCutsNearIt() throws IOException {
    Path file = files.resolve("large");
    random(file, 3, 16 * MEGABYTE);
    attic.archive(files);
    long first = attic.packBytes();
    byte[] content = Files.readAllBytes(file);
    byte[] longer = new byte[content.length + 1];
    System.arraycopy(content, 0, longer, 1, content.length);
    Files.write(file, longer);

    attic.archive(files);

    assertThat(attic.packBytes() - first).isLessThan(4L * MEGABYTE + 10_000);
  }

  @Test
  void aPackThatAStoreHasLostIsMadeAgain() throws IOException {
    random(files.resolve("a"), 4, MEGABYTE);
    attic.archive(files);
    attic.store().list(BackupKeys.PACKS).forEach(pack -> attic.store().delete(pack.key()));

    Archived again = attic.archive(files);

    attic.restore(again, Files.createDirectory(folder.resolve("back")));
    assertThat(portrait(folder.resolve("back/files"))).isEqualTo(portrait(files));
  }

  @Test
  void aPipeIsNamedAndNotWaitedFor() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", files.resolve("pipe").toString()).start().waitFor())
        .isZero();

    Archived archived = attic.archive(files);

    assertThat(archived.files().notes())
        .containsExactly(files.toRealPath().resolve("pipe") + ": a socket, pipe or device");
  }

  @Test
  void aFileThatChangesAllTheTimeIsTakenWithANote() throws Exception {
    Path busy = files.resolve("busy");
    random(busy, 5, 8 * MEGABYTE);
    AtomicBoolean stop = new AtomicBoolean();
    Thread writer = Thread.ofPlatform().start(() -> append(busy, stop));

    Archived archived = attic.archive(files);
    stop.set(true);
    writer.join();

    assertThat(archived.files().notes()).singleElement().asString().contains("changed while");
    attic.restore(archived, Files.createDirectory(folder.resolve("back")));
    assertThat(Files.size(folder.resolve("back/files/busy"))).isGreaterThanOrEqualTo(8L * MEGABYTE);
  }

  private static void append(Path file, AtomicBoolean stop) {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      while (!stop.get()) {
        access.seek(access.length());
        access.write(new byte[10]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aRootThatLiesInAnotherIsArchivedOnce() throws IOException {
    random(files.resolve("a"), 1, 100);
    Path inner = Files.createDirectory(files.resolve("inner"));
    random(inner.resolve("b"), 2, 100);
    Path link = Files.createSymbolicLink(folder.resolve("link"), files);
    Path back = Files.createDirectory(folder.resolve("back"));

    attic.restore(attic.archive(files, inner, link), back);

    assertThat(portrait(back.resolve("files"))).isEqualTo(portrait(files));
  }

  @Test
  void filesThatAreNotThereAreAFailure() {
    assertThatThrownBy(() -> attic.archive(folder.resolve("nowhere")))
        .isInstanceOfSatisfying(
            BackupFailure.class,
            e -> assertThat(e.reason()).isEqualTo(BackupFailureReason.EMPTY_RESULT))
        .hasMessageContaining("nowhere");
  }

  @Test
  void aGarbledPackIsNoticed() throws IOException {
    random(files.resolve("a"), 6, MEGABYTE);
    Archived archived = attic.archive(files);
    String key = attic.store().list(BackupKeys.PACKS).getFirst().key();
    Path pack = folder.resolve("store").resolve(key);
    byte[] bytes = Files.readAllBytes(pack);
    bytes[bytes.length / 2] ^= 1;
    Files.write(pack, bytes);

    Path back = Files.createDirectory(folder.resolve("back"));

    assertThatThrownBy(() -> attic.restore(archived, back)).hasMessageContaining("no store has");
  }

  @Test
  void theNamesOfObjectsDoNotTellKnownContent() throws IOException {
    random(files.resolve("a"), 7, 100);
    attic.archive(files);
    try (Attic other = new Attic(folder.resolve("other"))) {
      other.archive(files);

      assertThat(digests(attic)).doesNotContainAnyElementsOf(digests(other));
    }
  }

  private static java.util.List<String> digests(Attic attic) {
    return attic.sql.sql("select encode(digest, 'hex') from file_chunk").query(String.class).list();
  }

  private static void random(Path file, long seed, int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    Files.write(file, bytes);
  }

  /** All that a restore has to bring back. */
  private static Map<String, String> portrait(Path root) throws IOException {
    Map<String, String> portrait = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        portrait.put(root.relativize(path).toString(), describe(path));
      }
    }
    return portrait;
  }

  private static String describe(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link " + Files.readSymbolicLink(path);
    }
    String content =
        Files.isDirectory(path)
            ? "folder"
            : java.util.HexFormat.of()
                .formatHex(
                    dev.fairlead.backup.archive.Sha256.digest().digest(Files.readAllBytes(path)));
    return "%s %s %s"
        .formatted(
            content,
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)),
            Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toMillis());
  }
}
