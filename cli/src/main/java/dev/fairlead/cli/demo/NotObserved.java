package dev.fairlead.cli.demo;

/** What was claimed did not come true, or not in time; the message says what was seen instead. */
final class NotObserved extends Exception {

  private static final long serialVersionUID = 1L;

  NotObserved(String message) {
    super(message);
  }
}
