package dev.fairlead.deployer.runtime;

/** A command of somebody who does not own the place any more. Nothing was changed; give up. */
public final class StaleFence extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StaleFence(Fence given, long highestSeen) {
    super(
        "command for %s was refused: token %d has taken over; this deployer must stop acting on it"
            .formatted(given, highestSeen));
  }
}
