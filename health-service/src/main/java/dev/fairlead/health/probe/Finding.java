package dev.fairlead.health.probe;

/** What one probe found. */
public sealed interface Finding {

  /** It answered as expected. */
  record Up() implements Finding {}

  /**
   * It did not.
   *
   * @param reason in the target's own words where it said any
   */
  record Down(Cause cause, String reason) implements Finding {}

  /** The prober cannot tell, for a reason of its own. */
  record Unclear(String reason) implements Finding {}

  /** How much of a failure the prober may have caused itself. */
  enum Cause {
    /** The target answered, and wrongly: it was reached, so the prober is not at fault. */
    ANSWER,
    /** Refused, reset, or nothing came back: the way there may be at fault. */
    SILENCE,
    /** Its name has no address: the name service may be at fault. */
    NAME
  }

  static Finding up() {
    return new Up();
  }

  static Finding wrong(String reason) {
    return new Down(Cause.ANSWER, reason);
  }

  static Finding silent(String reason) {
    return new Down(Cause.SILENCE, reason);
  }

  static Finding nameless(String reason) {
    return new Down(Cause.NAME, reason);
  }
}
