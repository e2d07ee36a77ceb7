package dev.fairlead.deployer.rollout;

/** When two releases that are compared are judged, as long as that cannot be told. */
public final class Looks {

  /** The verdict is asked for after one, two, four, eight and sixteen windows. */
  public static final int COUNT = 5;

  /** The watch ends after so many windows. */
  public static final int MOST_WINDOWS = windowsAt(COUNT - 1);

  private Looks() {}

  /**
   * After how many windows a look is taken.
   *
   * @param look from 0
   */
  public static int windowsAt(int look) {
    return 1 << look;
  }
}
