package dev.fairlead.deployer.router;

/** The router could not be asked, or what it reports is not what it was told; worth a retry. */
public final class RouterFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RouterFailure(String message) {
    super(message);
  }

  public RouterFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
