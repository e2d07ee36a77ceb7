package dev.fairlead.deployer.router;

/**
 * The router keeps what it had, because the change is wrong: a new backend is unhealthy, the host
 * belongs to another route, or the description is invalid. Repeating it does not help.
 */
public final class RouteRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RouteRefused(String route, String reason) {
    super("router refused route %s and keeps serving as before: %s".formatted(route, reason));
  }
}
