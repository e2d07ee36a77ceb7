package dev.fairlead.deployer.migration;

/** The migrations or the database could not be read; the message says why and what to do. */
public final class MigrationsUnreadable extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public MigrationsUnreadable(String message, Throwable cause) {
    super(message, cause);
  }
}
