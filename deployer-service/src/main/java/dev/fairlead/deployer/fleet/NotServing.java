package dev.fairlead.deployer.fleet;

/** Instances or traffic are not what they should be, and waiting longer does not help. */
public final class NotServing extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String advice;

  public NotServing(String reason, String advice) {
    super(reason);
    this.advice = advice;
  }

  public String advice() {
    return advice;
  }
}
