package dev.fairlead.stack;

/** The wait between two looks at something that is about to happen. */
final class Pause {

  private Pause() {}

  /** 20 ms. */
  static void briefly() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NeighbourFailed("interrupted while waiting", e);
    }
  }
}
