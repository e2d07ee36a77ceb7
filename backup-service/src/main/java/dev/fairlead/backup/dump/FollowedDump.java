package dev.fairlead.backup.dump;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A dump whose every byte is seen on its way. */
final class FollowedDump extends FilterInputStream {

  private final DumpWalk walk = new DumpWalk();

  FollowedDump(InputStream dump) {
    super(dump);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    if (count > 0) {
      walk.accept(target, offset, count);
    }
    return count;
  }

  /** What was skipped would not have been seen. */
  @Override
  public long skip(long count) throws IOException {
    throw new IOException("a dump that is followed is not skipped");
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  void requireWhole() {
    walk.requireWhole();
  }
}
