package dev.fairlead.edge.admin;

/** Nothing is at that path. */
final class NotFound extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotFound(String message) {
    super(message);
  }
}
