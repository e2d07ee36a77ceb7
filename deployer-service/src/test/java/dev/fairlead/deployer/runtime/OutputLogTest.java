package dev.fairlead.deployer.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The output of a process")
class OutputLogTest {

  private static final int LIMIT = 1 << 20;

  private final Path file;
  private final OutputLog log;

  OutputLogTest(@TempDir Path folder) {
    this.file = folder.resolve("output.log");
    this.log = new OutputLog(file);
  }

  @Test
  @DisplayName("is left alone up to its limit")
  void within() throws IOException {
    assertThat(log.cut(LIMIT)).isFalse();
    write(1, 100);

    assertThat(log.cut(LIMIT)).isFalse();
    assertThat(log.tail(1_000)).hasSize(100);
  }

  @Test
  @DisplayName("has the same end after it was cut: no line twice, none missing")
  void sameEnd() throws IOException {
    try (OutputStream process = opened()) {
      write(process, 1, 50_000);
      List<String> before = log.tail(10_000);

      assertThat(log.cut(LIMIT)).isTrue();

      assertThat(file).isEmptyFile();
      assertThat(log.tail(10_000)).isEqualTo(before).last().isEqualTo(line(50_000));
      write(process, 50_001, 50_010);
      assertThat(log.tail(20)).isEqualTo(lines(49_991, 50_010));
      assertThat(log.tail(10_000)).doesNotHaveDuplicates();
    }
  }

  @Test
  @DisplayName("is not read twice when the deployer dies between copying its end and cutting it")
  void halfCut() throws IOException {
    write(1, 50_000);
    List<String> before = log.tail(10_000);
    Files.copy(file, file.resolveSibling("output.log.1"));

    assertThat(log.tail(10_000)).isEqualTo(before);
    assertThat(log.cut(LIMIT)).isTrue();
    assertThat(log.tail(10_000)).isEqualTo(before);
  }

  @Test
  @DisplayName(
      "takes no more room than its limit and the end of what was cut, however often it is cut")
  void room() throws IOException {
    for (int round = 0; round < 5; round++) {
      write(1 + 30_000 * round, 30_000 * (round + 1));
      assertThat(log.cut(LIMIT)).isTrue();
    }

    assertThat(file.resolveSibling("output.log.1")).hasSize(LogTail.MOST_BYTES);
    try (Stream<Path> files = Files.list(file.resolveSibling(""))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  @DisplayName("is told in whole lines, for a piece could be that of a secret")
  void wholeLines() throws IOException {
    try (OutputStream process = opened()) {
      process.write(("s" + "x".repeat(LogTail.MOST_BYTES)).getBytes(UTF_8));
      assertThat(log.tail(10)).containsExactly("[a line of more than 256 KiB is left out]");
      process.write("\nnext\n".getBytes(UTF_8));
      assertThat(log.tail(10)).containsExactly("next");

      write(process, 1, 50_000);
      assertThat(log.tail(10_000)).allMatch(line -> line.length() == line(1).length());
      assertThat(log.cut(LIMIT)).isTrue();
      assertThat(log.tail(10_000)).allMatch(line -> line.length() == line(1).length());
    }
  }

  private void write(int first, int last) throws IOException {
    try (OutputStream process = opened()) {
      write(process, first, last);
    }
  }

  /** As it is for a process whose output is appended to the file. */
  private OutputStream opened() throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void write(OutputStream process, int first, int last) throws IOException {
    process.write((String.join("\n", lines(first, last)) + "\n").getBytes(UTF_8));
  }

  private static List<String> lines(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(OutputLogTest::line).toList();
  }

  private static String line(int number) {
    return String.format(Locale.ROOT, "line %06d of what was written there", number);
  }
}
