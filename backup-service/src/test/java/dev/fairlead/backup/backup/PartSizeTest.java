package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The parts of an archive")
class PartSizeTest {

  private static final int MB = 1024 * 1024;
  private static final long GB = 1024L * MB;
  private static final long AMPLE_HEAP = 4 * GB;

  @ParameterizedTest(name = "of {0} GB are of {1} MB")
  @CsvSource({"0, 16", "1, 16", "140, 16", "141, 17", "300, 35", "562, 64", "10000, 64"})
  @DisplayName("grow where there would be too many, and not for ever")
  void growth(long gigabytes, int megabytes) {
    assertThat(PartSize.of(gigabytes * GB, 16 * MB, AMPLE_HEAP)).isEqualTo(megabytes * MB);
  }

  @Test
  @DisplayName("are never more than 10 000, as long as they may grow and the archive is no larger")
  void number() {
    for (long bytes = 1; bytes <= 562 * GB; bytes = bytes * 3 / 2 + 1) {
      assertThat(Math.ceilDiv(bytes, PartSize.of(bytes, 16 * MB, AMPLE_HEAP)))
          .as("parts of %d bytes", bytes)
          .isLessThanOrEqualTo(9_000);
    }
  }

  @Test
  @DisplayName("take a quarter of a small heap at most, both that are in memory together")
  void smallHeap() {
    assertThat(2L * PartSize.of(562 * GB, 5 * MB, 136L * MB)).isLessThanOrEqualTo(34L * MB);
    assertThat(PartSize.of(562 * GB, 16 * MB, 64L * MB)).as("as set").isEqualTo(16 * MB);
  }

  @Test
  @DisplayName("are as large as the settings say where that is more")
  void asSet() {
    assertThat(PartSize.of(1, 256 * MB, AMPLE_HEAP)).isEqualTo(256 * MB);
  }
}
