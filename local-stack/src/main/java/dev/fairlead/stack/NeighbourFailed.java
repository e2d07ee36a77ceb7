package dev.fairlead.stack;

/** A neighbour could not be started; the message says why and what to do. */
public final class NeighbourFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NeighbourFailed(String message) {
    super(message);
  }

  public NeighbourFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
