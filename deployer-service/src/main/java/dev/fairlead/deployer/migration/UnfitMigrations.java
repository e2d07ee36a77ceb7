package dev.fairlead.deployer.migration;

/** The scripts do not fit what is applied to the database; the message says which and why. */
public final class UnfitMigrations extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String advice;

  UnfitMigrations(String message, String advice) {
    super(message);
    this.advice = advice;
  }

  public String advice() {
    return advice;
  }
}
