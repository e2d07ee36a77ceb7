package dev.fairlead.edge.state;

import java.io.IOException;

/** Another proxy uses the state file; the message says what to do. */
public final class StateTaken extends IOException {
  private static final long serialVersionUID = 1L;

  StateTaken(String message) {
    super(message);
  }
}
