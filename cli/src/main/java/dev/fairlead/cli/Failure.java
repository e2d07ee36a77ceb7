package dev.fairlead.cli;

/** A command cannot do what it was asked: what, with the value, and what to do about it. */
public final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Exit exit;
  private final String code;
  private final String advice;

  /**
   * @param advice what the user can do; may be empty
   */
  public Failure(Exit exit, String what, String advice) {
    this(exit, "", what, advice);
  }

  /**
   * @param code of the problem that a service answered with, for programs: kebab case, or empty
   */
  public Failure(Exit exit, String code, String what, String advice) {
    super(what);
    this.exit = exit;
    this.code = code;
    this.advice = advice;
  }

  public Failure(Exit exit, String what, String advice, Throwable cause) {
    super(what, cause);
    this.exit = exit;
    this.code = "";
    this.advice = advice;
  }

  public Exit exit() {
    return exit;
  }

  /** Of the problem that a service answered with; empty if there is none. */
  public String code() {
    return code;
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
