package dev.fairlead.deployer.journey;

/** What one deployment waits at until something is killed, or until it may go on. */
interface Trap {

  /** Whoever comes by from now on is caught. */
  void lay();

  boolean hasCaught();

  /** Whoever was caught, and is not dead by now, may go on; nobody is caught any more. */
  void takeAway();
}
