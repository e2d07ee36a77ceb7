package dev.fairlead.edge.traffic;

import io.vertx.core.buffer.Buffer;

/**
 * Follows one direction of a WebSocket (RFC 6455 §5.2) just far enough to know where a frame ends:
 * only there may a frame of our own be put in.
 */
final class Frames {
  /** Close with status 1001, going away, unmasked as a server sends it. */
  static final Buffer GOING_AWAY = Buffer.buffer(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xE9});

  private static final int LONGEST_HEAD = 14;

  private final byte[] head = new byte[LONGEST_HEAD];
  private int headBytes;
  private long payloadLeft;

  /** Between two frames. */
  boolean atBoundary() {
    return headBytes == 0 && payloadLeft == 0;
  }

  /** Follows the whole chunk. */
  void follow(Buffer chunk) {
    int from = 0;
    while (from < chunk.length()) {
      from = step(chunk, from);
    }
  }

  /** Follows the chunk to the end of the present frame; returns where that is. */
  int followToBoundary(Buffer chunk) {
    int from = 0;
    while (from < chunk.length() && !atBoundary()) {
      from = step(chunk, from);
    }
    return from;
  }

  private int step(Buffer chunk, int from) {
    if (payloadLeft > 0) {
      int taken = (int) Math.min(payloadLeft, chunk.length() - from);
      payloadLeft -= taken;
      return from + taken;
    }
    head[headBytes++] = chunk.getByte(from);
    if (headBytes >= 2 && headBytes == headLength()) {
      payloadLeft = payloadLength();
      headBytes = 0;
    }
    return from + 1;
  }

  private int headLength() {
    int lengthCode = head[1] & 0x7F;
    int extended = lengthCode == 126 ? 2 : lengthCode == 127 ? 8 : 0;
    int mask = (head[1] & 0x80) == 0 ? 0 : 4;
    return 2 + extended + mask;
  }

  private long payloadLength() {
    int lengthCode = head[1] & 0x7F;
    if (lengthCode < 126) {
      return lengthCode;
    }
    long length = 0;
    for (int i = 2; i < (lengthCode == 126 ? 4 : 10); i++) {
      length = (length << 8) | (head[i] & 0xFF);
    }
    return length;
  }
}
