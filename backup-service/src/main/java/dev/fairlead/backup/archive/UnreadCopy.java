package dev.fairlead.backup.archive;

import java.io.IOException;

/**
 * A stored copy cannot be read to its end, or not be opened with this identity. That says nothing
 * about another copy, nor of who takes what it holds.
 */
public final class UnreadCopy extends IOException {

  private static final long serialVersionUID = 1;

  UnreadCopy(String what, Exception cause) {
    super("%s: %s".formatted(what, cause.getMessage()), cause);
  }
}
