package dev.fairlead.deployer.runtime;

/** A command of somebody who does not own the place any more. Nothing was changed; give up. */
public final class StaleFence extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param what the place or route that the command was for
   */
  public StaleFence(Object what, long given, long highestSeen) {
    super(
        "command for %s with token %d was refused: token %d has taken over; this deployer must stop acting on it"
            .formatted(what, given, highestSeen));
  }
}
