package dev.fairlead.cli;

/** How a command ended, for scripts. */
public enum Exit {
  OK(0),
  FAILED(1),
  /** The command line is wrong; nothing was tried. */
  USAGE(2),
  /** The deployment failed and the previous release serves again. */
  ROLLED_BACK(3),
  /** A gate, an approval or a decision says no. */
  BLOCKED(4),
  /** The service does not answer. */
  UNREACHABLE(5),
  /** Still under way when the patience ended. */
  TIMED_OUT(6),
  INTERRUPTED(130);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
