package dev.fairlead.deployer.runtime;

/** A runtime could not do what it was told; the message says what, why and what to do. */
public class RuntimeFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RuntimeFailure(String message) {
    super(message);
  }

  public RuntimeFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
