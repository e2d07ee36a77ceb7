package dev.fairlead.cli.stack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Reads a log as it grows, also across the moments in which it is cut. */
final class FollowedLog {

  private static final int MOST_BYTES_AT_ONCE = 1 << 20;

  private final MemberLog log;
  private byte[] begunLine = new byte[0];
  private long position;

  private FollowedLog(MemberLog log, long position) {
    this.log = log;
    this.position = position;
  }

  static FollowedLog fromEndOf(MemberLog log) throws IOException {
    return new FollowedLog(log, log.size());
  }

  /** The lines that were completed since the last call. */
  List<String> newLines() throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    read.writeBytes(begunLine);
    if (log.size() < position) {
      read.writeBytes(log.earlierFrom(position));
      position = 0;
    }
    byte[] more = MemberLog.bytes(log.file(), position, MOST_BYTES_AT_ONCE);
    read.writeBytes(more);
    position += more.length;
    return complete(read.toByteArray());
  }

  private List<String> complete(byte[] read) {
    int end = read.length;
    while (end > 0 && read[end - 1] != '\n') {
      end--;
    }
    begunLine = Arrays.copyOfRange(read, end, read.length);
    return new String(read, 0, end, StandardCharsets.UTF_8).lines().toList();
  }
}
