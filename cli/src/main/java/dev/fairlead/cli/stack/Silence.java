package dev.fairlead.cli.stack;

/**
 * How often in a row a process that is alive has given no answer.
 *
 * @param heard whether it has answered before
 * @param looks without an answer since then
 */
record Silence(long pid, boolean heard, int looks) {

  /** Of a process that did answer: it hangs. At a look every ten seconds a minute and a half. */
  static final int HUNG = 9;

  /** Of one that never did: a slow machine may take minutes to start it. */
  static final int NEVER_STARTED = 60;

  static Silence of(long pid, boolean answers) {
    return new Silence(pid, answers, answers ? 0 : 1);
  }

  Silence then(long next, boolean answers) {
    return next != pid || answers ? of(next, answers) : new Silence(pid, heard, looks + 1);
  }

  /** Another process, or a reason to begin counting anew. */
  Silence forgiven() {
    return new Silence(pid, heard, 0);
  }

  boolean isTooLong() {
    return looks >= (heard ? HUNG : NEVER_STARTED);
  }
}
