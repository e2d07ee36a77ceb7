package dev.fairlead.adr.decision;

/** A file that is named like a decision and cannot be read as one. */
public final class UnreadableDecision extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableDecision(String reason) {
    super(reason);
  }
}
