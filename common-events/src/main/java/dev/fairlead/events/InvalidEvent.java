package dev.fairlead.events;

/** A record that claims to be an event of this contract and is not. It belongs in a dead letter. */
public final class InvalidEvent extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InvalidEvent(String message) {
    super(message);
  }

  public InvalidEvent(String message, Throwable cause) {
    super(message, cause);
  }
}
