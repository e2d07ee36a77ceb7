package dev.fairlead.deployer.gate;

import org.jspecify.annotations.Nullable;

/**
 * What one check found.
 *
 * @param detail what was seen, passed or not
 * @param advice what to do about it, for one that failed
 */
public record Finding(
    Gate gate, Grade grade, String check, boolean passed, String detail, @Nullable String advice) {

  static Finding passed(Gate gate, Grade grade, String check, String detail) {
    return new Finding(gate, grade, check, true, detail, null);
  }

  static Finding failed(Gate gate, Grade grade, String check, String detail, String advice) {
    return new Finding(gate, grade, check, false, detail, advice);
  }

  boolean stops() {
    return !passed && grade == Grade.MUST;
  }
}
