package dev.fairlead.deployer.runtime;

/** Exit codes in words: from 128 on a shell and the JVM mean "ended by that signal". */
final class ExitCode {

  private static final int SIGNALS = 128;
  private static final int KILLED = SIGNALS + 9;

  private ExitCode() {}

  static String describe(int code) {
    if (code == KILLED) {
      return "killed (signal 9): by hand or, if memory ran out, by the kernel";
    }
    return code > SIGNALS ? "ended by signal " + (code - SIGNALS) : "exit code " + code;
  }
}
