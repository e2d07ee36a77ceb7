package dev.fairlead.deployer.deployment;

/** An answer to an approval question that does not count. */
public final class ApprovalRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;
  private final String advice;

  ApprovalRefused(String reason, String advice) {
    this("approval-refused", reason, advice);
  }

  /**
   * @param code for programs, in kebab case
   */
  ApprovalRefused(String code, String reason, String advice) {
    super(reason);
    this.code = code;
    this.advice = advice;
  }

  String code() {
    return code;
  }

  public String advice() {
    return advice;
  }
}
