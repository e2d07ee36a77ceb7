package dev.fairlead.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.Lifetime;
import dev.fairlead.stack.Program;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The log of a process of the stack")
class MemberLogTest {

  private static final int LIMIT = 10_000;

  private final Path folder;
  private final MemberLog log;

  MemberLogTest(@TempDir Path folder) {
    this.folder = folder;
    this.log = new MemberLog(folder.resolve("deployer.log"));
  }

  @Test
  @DisplayName("is left alone up to its limit")
  void within() throws IOException {
    assertThat(log.cut(LIMIT)).isFalse();
    Files.writeString(log.file(), "x".repeat(LIMIT));

    assertThat(log.cut(LIMIT)).isFalse();
    assertThat(log.file()).hasSize(LIMIT);
    assertThat(log.earlier()).doesNotExist();
  }

  /** A line that is written in the very moment of a cut may be lost, and no other. */
  @Test
  @DisplayName("is cut while the process writes on, and followed across the cuts, no line twice")
  void cutWhileItIsWritten() throws Exception {
    FollowedLog followed = FollowedLog.fromEndOf(log);
    List<String> seen = new ArrayList<>();
    Process writer = startCounting(1_500);
    int cuts = 0;
    try {
      while (writer.isAlive()) {
        cuts += log.cut(LIMIT / 5) ? 1 : 0;
        seen.addAll(followed.newLines());
      }
      seen.addAll(followed.newLines());
    } finally {
      Program.endWithDescendants(writer.toHandle());
    }

    assertThat(cuts).isPositive();
    assertThat(seen)
        .isSubsetOf(lines(1, 1_500))
        .doesNotHaveDuplicates()
        .hasSizeGreaterThanOrEqualTo(1_500 - cuts)
        .endsWith("line 1500");
    assertThat(log.tail(100)).isEqualTo(seen.subList(seen.size() - 100, seen.size()));
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(log.file(), log.earlier());
    }
  }

  @Test
  @DisplayName("that grew without limit once is cut to its end")
  void huge() throws IOException {
    Files.write(log.file(), lines(1, 50_000));

    assertThat(log.cut(LIMIT)).isTrue();

    assertThat(log.file()).isEmptyFile();
    String note = "(528894 bytes before this were not kept)\n";
    assertThat(log.earlier()).hasSize(note.length() + LIMIT).content().startsWith(note);
    assertThat(log.tail(10)).isEqualTo(lines(49_991, 50_000));
  }

  @Test
  @DisplayName("is followed across a cut that kept only its end")
  void followedWhereShortened() throws IOException {
    List<String> all = lines(1, 50_000);
    Files.write(log.file(), all.subList(0, 49_900));
    FollowedLog followed = FollowedLog.fromEndOf(log);
    Files.write(log.file(), all.subList(49_900, 50_000), StandardOpenOption.APPEND);

    log.cut(LIMIT);
    Files.writeString(log.file(), "after\n");

    assertThat(followed.newLines())
        .hasSize(101)
        .containsAll(all.subList(49_900, 50_000))
        .endsWith("after");
  }

  @Test
  @DisplayName("tells who follows it how much was not kept of what he has not seen")
  void unseenAndNotKept() throws IOException {
    Files.writeString(log.file(), "seen\n");
    FollowedLog followed = FollowedLog.fromEndOf(log);
    Files.write(log.file(), lines(1, 50_000), StandardOpenOption.APPEND);

    log.cut(LIMIT);

    assertThat(followed.newLines())
        .startsWith("(528899 bytes before this were not kept)")
        .endsWith("line 50000");
  }

  /** Every write to {@code /dev/full} fails as on a full disk (full(4)). */
  @Test
  @DisplayName("is cut also where there is no room to keep it, and takes up no room then")
  void fullDisk() throws IOException {
    Files.writeString(log.earlier(), "long ago\n");
    FollowedLog followed = FollowedLog.fromEndOf(log);
    Files.writeString(log.file(), "x".repeat(LIMIT) + "\n");
    assertThat(followed.newLines()).hasSize(1);
    Files.createSymbolicLink(folder.resolve("deployer.log.next"), Path.of("/dev/full"));

    assertThat(log.cut(LIMIT)).isTrue();

    assertThat(log.file()).isEmptyFile();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(log.file());
    }
    Files.writeString(log.file(), "after\n");
    assertThat(followed.newLines()).containsExactly("after");
  }

  /** What the kernel tells in a file claims to be a page long and ends before that. */
  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @DisplayName("is copied as far as it can be read, though it was longer when the copy began")
  void shorterThanItWas() throws IOException {
    Path copied = folder.resolve("copy");
    try (FileChannel shrunk = FileChannel.open(Path.of("/sys/devices/system/cpu/online"));
        FileChannel copy =
            FileChannel.open(copied, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(MemberLog.copy(shrunk, 0, copy)).isLessThan(shrunk.size());
    }
    assertThat(copied).isNotEmptyFile();
  }

  @Test
  @DisplayName("shows a line once that the cut went through")
  void halfLine() throws IOException {
    FollowedLog followed = FollowedLog.fromEndOf(log);
    Files.writeString(log.file(), "a".repeat(LIMIT) + "\nbegun ");
    assertThat(followed.newLines()).containsExactly("a".repeat(LIMIT));

    log.cut(LIMIT);
    Files.writeString(log.file(), "and ended\n");

    assertThat(followed.newLines()).containsExactly("begun and ended");
    assertThat(log.tail(1)).containsExactly("begun and ended");
  }

  /** A process as the stack starts them; it is busy enough between lines to be looked at often. */
  private Process startCounting(int lines) {
    String script =
        "i=1; while [ $i -le %d ]; do echo line $i; /bin/true; i=$((i+1)); done".formatted(lines);
    return Program.start(
        List.of("/bin/sh", "-c", script), Map.of(), folder, log.file(), Lifetime.OF_THIS_JVM);
  }

  private static List<String> lines(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj("line %d"::formatted).toList();
  }
}
