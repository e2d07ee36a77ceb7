package dev.fairlead.edge.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FramesTest {
  @Test
  void knowsWhereFramesEndHoweverTheyAreCut() {
    Random random = new Random(7);
    for (int round = 0; round < 100; round++) {
      Buffer stream = Buffer.buffer();
      Set<Integer> ends = new HashSet<>(Set.of(0));
      for (int i = 0; i < 5; i++) {
        appendFrame(stream, random);
        ends.add(stream.length());
      }
      Frames frames = new Frames();
      for (int at = 0; at < stream.length(); ) {
        int next = Math.min(stream.length(), at + 1 + random.nextInt(30_000));
        frames.follow(stream.slice(at, next));
        at = next;
        assertThat(frames.atBoundary()).isEqualTo(ends.contains(at));
      }
    }
  }

  @Test
  void findsTheEndOfThePresentFrameInAChunk() {
    Frames frames = new Frames();
    Buffer frame = Buffer.buffer(new byte[] {(byte) 0x81, 3, 'a', 'b', 'c'});
    frames.follow(frame.slice(0, 3));
    Buffer rest = Buffer.buffer().appendBuffer(frame.slice(3, 5)).appendBuffer(frame);
    assertThat(frames.followToBoundary(rest)).isEqualTo(2);
    assertThat(frames.atBoundary()).isTrue();
    assertThat(frames.followToBoundary(frame)).isZero();
  }

  private static void appendFrame(Buffer stream, Random random) {
    int[] lengths = {0, 1, 125, 126, 127, 65_535, 65_536, 70_000};
    int length = lengths[random.nextInt(lengths.length)];
    int mask = random.nextBoolean() ? 0x80 : 0;
    stream.appendByte((byte) 0x82);
    if (length < 126) {
      stream.appendByte((byte) (mask | length));
    } else if (length <= 65_535) {
      stream.appendByte((byte) (mask | 126)).appendShort((short) length);
    } else {
      stream.appendByte((byte) (mask | 127)).appendLong(length);
    }
    stream.appendBytes(new byte[length + (mask == 0 ? 0 : 4)]);
  }
}
