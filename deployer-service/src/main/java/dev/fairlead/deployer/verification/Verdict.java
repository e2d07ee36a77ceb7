package dev.fairlead.deployer.verification;

/** What a check found; the evidence is a sentence with figures, fit for a report. */
public sealed interface Verdict {

  String evidence();

  /** Measured, and good. */
  record Passed(String evidence) implements Verdict {}

  /** Measured, and bad: the release is at fault. */
  record Failed(String evidence) implements Verdict {}

  /** Not measured: too little traffic, or the measurement broke. Says nothing about the release. */
  record Inconclusive(String evidence) implements Verdict {}
}
