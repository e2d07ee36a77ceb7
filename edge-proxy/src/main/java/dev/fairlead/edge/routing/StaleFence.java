package dev.fairlead.edge.routing;

/** A newer deployment has already spoken for the route. */
public final class StaleFence extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StaleFence(String route, long fence, long stored) {
    super("fence of route " + route + " must be at least " + stored + ", but was " + fence);
  }
}
