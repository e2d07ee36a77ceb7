package dev.fairlead.deployer.plan;

/** There is no plan for what was asked. */
public final class PlanRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;
  private final String advice;

  public PlanRefused(String code, String reason, String advice) {
    super(reason);
    this.code = code;
    this.advice = advice;
  }

  /** For programs, in kebab case. */
  public String code() {
    return code;
  }

  public String reason() {
    return String.valueOf(getMessage());
  }

  public String advice() {
    return advice;
  }
}
