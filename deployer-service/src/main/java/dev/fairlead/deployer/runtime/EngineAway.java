package dev.fairlead.deployer.runtime;

/** A Docker Engine that could not be asked: what is true there is not known. */
public final class EngineAway extends RuntimeFailure {

  private static final long serialVersionUID = 1L;

  public EngineAway(String message) {
    super(message);
  }

  public EngineAway(String message, Throwable cause) {
    super(message, cause);
  }
}
