package dev.fairlead.deployer.image;

/** A login that is kept and cannot be used. The message never tells what is secret of it. */
final class LoginUnusable extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String advice;

  LoginUnusable(String message, String advice) {
    super(message);
    this.advice = advice;
  }

  String advice() {
    return advice;
  }
}
