package dev.fairlead.backup.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class PaceTest {

  @Test
  void readingTakesAsLongAsTheRateSays() throws IOException {
    byte[] bytes = new byte[300_000];
    long begun = System.nanoTime();
    try (InputStream stream = new Pace(1_000_000).of(new ByteArrayInputStream(bytes))) {
      assertThat(stream.readAllBytes()).hasSameSizeAs(bytes);
    }
    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(299_000_000L);
  }
}
