package dev.fairlead.edge.admin;

import dev.fairlead.edge.routing.Route;
import dev.fairlead.edge.routing.RouteDefinition;
import dev.fairlead.edge.routing.RoutingTable;
import dev.fairlead.edge.state.RouteJson;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** What can be asked of one route: to be shown, changed, held, let go, removed. */
final class RouteCommands {
  private static final System.Logger LOG = System.getLogger(RouteCommands.class.getName());
  private static final long LONGEST_HOLD_MILLIS = 30_000;

  private final Vertx vertx;
  private final RoutingTable routes;
  private final Changes changes;
  private final HealthGate gate;

  RouteCommands(Vertx vertx, RoutingTable routes, Changes changes) {
    this.vertx = vertx;
    this.routes = routes;
    this.changes = changes;
    this.gate = new HealthGate(vertx);
  }

  /**
   * @param operation the method, and behind it what follows the route's name in the path
   * @throws NotFound if there is no such operation, or no such route
   */
  Future<?> perform(String operation, String name, HttpServerRequest request, byte[] body) {
    return switch (operation) {
      case "GET" -> show(request, name);
      case "PUT" -> put(request, RouteJson.readDefinition(name, body));
      case "DELETE" -> change(request, name, () -> changes.delete(name, fence(name, body)));
      case "POST hold" -> hold(request, name, body);
      case "POST release" -> change(request, name, () -> changes.release(name, fence(name, body)));
      default -> throw new NotFound("there is no " + operation + " for a route");
    };
  }

  private Future<?> put(HttpServerRequest request, RouteDefinition wanted) {
    routes.check(wanted);
    return complaints(wanted)
        .compose(
            complaints -> {
              if (!complaints.isEmpty()) {
                throw new UnhealthyNewcomers(complaints);
              }
              return saving(() -> changes.put(wanted));
            })
        .compose(status -> answer(request, 200, Buffer.buffer(RouteJson.write(status))))
        .onSuccess(ignored -> tell(wanted));
  }

  private Future<List<String>> complaints(RouteDefinition wanted) {
    return wanted
        .healthCheck()
        .map(check -> gate.complaints(routes.newcomers(wanted), check))
        .orElse(Future.succeededFuture(List.of()));
  }

  private Future<?> hold(HttpServerRequest request, String name, byte[] body) {
    long millis =
        RouteJson.readNumber(body, "maxMillis", LONGEST_HOLD_MILLIS, 1, LONGEST_HOLD_MILLIS);
    return change(
        request, name, () -> changes.hold(name, fence(name, body), Duration.ofMillis(millis)));
  }

  private Future<?> show(HttpServerRequest request, String name) {
    return answer(request, 200, Buffer.buffer(RouteJson.write(named(name).status())));
  }

  private Future<?> change(HttpServerRequest request, String name, Change change) {
    named(name);
    LOG.log(
        System.Logger.Level.INFO,
        "route={0} change=\"{1} {2}\"",
        name,
        request.method(),
        request.path());
    return saving(
            () -> {
              change.make();
              return true;
            })
        .compose(done -> answer(request, 204, Buffer.buffer()));
  }

  /** Saving forces the disk, which no event loop may wait for. */
  private <T> Future<T> saving(Callable<T> change) {
    return vertx.executeBlocking(change);
  }

  private Route named(String name) {
    return routes.named(name).orElseThrow(() -> new NotFound("there is no route " + name));
  }

  private long fence(String name, byte[] body) {
    long stored = routes.named(name).map(route -> route.definition().fence()).orElse(0L);
    return RouteJson.readNumber(body, "fence", stored, 0, Long.MAX_VALUE);
  }

  static Future<?> answer(HttpServerRequest request, int status, Buffer json) {
    var response = request.response().setStatusCode(status);
    if (status == 204) {
      return response.end();
    }
    return response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(json);
  }

  private static void tell(RouteDefinition accepted) {
    LOG.log(
        System.Logger.Level.INFO,
        "route={0} fence={1} match={2} instances={3} next=serve",
        accepted.name(),
        Long.toString(accepted.fence()),
        accepted.match(),
        accepted.instances().stream()
            .map(one -> one.id() + "@" + one.address() + "*" + one.weight())
            .toList());
  }

  private interface Change {
    void make() throws IOException;
  }
}
