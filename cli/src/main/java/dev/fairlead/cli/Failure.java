package dev.fairlead.cli;

/** A command cannot do what it was asked: what, with the value, and what to do about it. */
public final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Exit exit;
  private final String advice;

  /**
   * @param advice what the user can do; may be empty
   */
  public Failure(Exit exit, String what, String advice) {
    super(what);
    this.exit = exit;
    this.advice = advice;
  }

  public Failure(Exit exit, String what, String advice, Throwable cause) {
    super(what, cause);
    this.exit = exit;
    this.advice = advice;
  }

  public Exit exit() {
    return exit;
  }

  public String advice() {
    return advice;
  }

  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }
}
