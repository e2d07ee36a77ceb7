package dev.fairlead.edge.routing;

/** Another route already takes the same requests. */
public final class MatchTaken extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MatchTaken(Match match, String owner) {
    super(
        "match "
            + match
            + " is taken by route "
            + owner
            + "; delete that route first or match otherwise");
  }
}
