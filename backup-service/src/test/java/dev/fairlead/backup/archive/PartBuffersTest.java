package dev.fairlead.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Buffers of parts")
class PartBuffersTest {

  private final PartBuffers buffers = new PartBuffers();

  @Test
  @DisplayName("are used again once they are given back, by one at a time")
  void usedAgain() {
    byte[] first = buffers.take(16);
    buffers.giveBack(first);

    assertThat(buffers.take(16)).isSameAs(first);
    assertThat(buffers.take(16)).isNotSameAs(first);
  }

  @Test
  @DisplayName("are as long as was asked for, and of another length let go")
  void exactlyAsLong() {
    byte[] small = buffers.take(8);
    buffers.giveBack(small);

    assertThat(buffers.take(16)).hasSize(16);
    assertThat(buffers.take(8)).isNotSameAs(small);
  }
}
