package dev.fairlead.deployer.deployment;

/** An answer to an approval question that does not count. */
public final class ApprovalRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String advice;

  ApprovalRefused(String reason, String advice) {
    super(reason);
    this.advice = advice;
  }

  public String advice() {
    return advice;
  }
}
