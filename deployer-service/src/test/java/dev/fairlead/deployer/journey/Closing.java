package dev.fairlead.deployer.journey;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was added, the last first, and all of it, whatever fails on the way. */
final class Closing implements AutoCloseable {

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T one) {
    opened.push(one);
    return one;
  }

  @Override
  public void close() {
    IllegalStateException failure = new IllegalStateException("not all was closed");
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }
}
