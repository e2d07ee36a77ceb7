package dev.fairlead.edge.admin;

import dev.fairlead.edge.EdgeSettings;
import dev.fairlead.edge.routing.InvalidRoute;
import dev.fairlead.edge.routing.MatchTaken;
import dev.fairlead.edge.routing.Route;
import dev.fairlead.edge.routing.RouteDefinition;
import dev.fairlead.edge.routing.RouteStatus;
import dev.fairlead.edge.routing.RoutingTable;
import dev.fairlead.edge.routing.StaleFence;
import dev.fairlead.edge.state.RouteJson;
import dev.fairlead.edge.traffic.Counters;
import dev.fairlead.edge.traffic.Problem;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** The admin port: what the deployer and the operator say to the proxy. */
public final class AdminServer extends VerticleBase {
  private static final System.Logger LOG = System.getLogger(AdminServer.class.getName());
  private static final int MOST_BODY_BYTES = 1024 * 1024;
  private static final long LONGEST_HOLD_MILLIS = 30_000;
  private static final String BEARER = "Bearer ";

  private final EdgeSettings settings;
  private final RoutingTable routes;
  private final Changes changes;
  private final Counters counters;
  private final LongSupplier accessLogDropped;
  private final IntConsumer whenListening;

  @SuppressWarnings("NullAway.Init") // start() sets it before any use
  private HealthGate gate;

  public AdminServer(
      EdgeSettings settings,
      RoutingTable routes,
      Changes changes,
      Counters counters,
      LongSupplier accessLogDropped,
      IntConsumer whenListening) {
    this.settings = settings;
    this.routes = routes;
    this.changes = changes;
    this.counters = counters;
    this.accessLogDropped = accessLogDropped;
    this.whenListening = whenListening;
  }

  @Override
  public Future<?> start() {
    gate = new HealthGate(vertx);
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(settings.adminBind())
            .setPort(settings.adminPort())
            .setIdleTimeout(600)
            .setHttp2ClearTextEnabled(false);
    HttpServer server = vertx.createHttpServer(options).requestHandler(this::admit);
    return server.listen().onSuccess(listening -> whenListening.accept(listening.actualPort()));
  }

  private void admit(HttpServerRequest request) {
    if (request.path() != null && request.path().equals("/health")) {
      answer(request, 200, Buffer.buffer("{\"status\":\"up\"}"));
    } else if (!isAuthorized(request)) {
      request.response().putHeader("WWW-Authenticate", "Bearer");
      Problem.send(
          request.response(), 401, "the header Authorization: Bearer <token> must carry the token");
    } else {
      body(request)
          .compose(body -> handle(request, body.getBytes()))
          .onFailure(failure -> refuse(request, failure));
    }
  }

  private boolean isAuthorized(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null
        && header.startsWith(BEARER)
        && MessageDigest.isEqual(
            header.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8),
            settings.token().getBytes(StandardCharsets.UTF_8));
  }

  private Future<?> handle(HttpServerRequest request, byte[] body) {
    String path = String.valueOf(request.path());
    HttpMethod method = request.method();
    if (path.equals("/metrics") && method == HttpMethod.GET) {
      return metrics(request);
    }
    if (path.equals("/routes") && method == HttpMethod.GET) {
      return answer(request, 200, Buffer.buffer(RouteJson.write(statuses())));
    }
    String[] parts = path.split("/", -1);
    if (parts.length < 3 || parts.length > 4 || !parts[1].equals("routes")) {
      throw new NotFound("there is nothing at " + path);
    }
    String name = parts[2];
    String operation = method + (parts.length == 4 ? " " + parts[3] : "");
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
                throw new Unhealthy(complaints);
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

  private List<RouteStatus> statuses() {
    return routes.all().stream().map(Route::status).toList();
  }

  private Future<?> metrics(HttpServerRequest request) {
    request.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4");
    return request.response().end(Metrics.of(statuses(), counters, accessLogDropped.getAsLong()));
  }

  private static Future<Buffer> body(HttpServerRequest request) {
    Buffer all = Buffer.buffer();
    request.handler(
        chunk -> {
          if (all.length() <= MOST_BODY_BYTES) {
            all.appendBuffer(chunk);
          }
        });
    return request
        .end()
        .map(
            ignored -> {
              if (all.length() > MOST_BODY_BYTES) {
                throw new TooLarge();
              }
              return all;
            });
  }

  private static Future<?> answer(HttpServerRequest request, int status, Buffer json) {
    var response = request.response().setStatusCode(status);
    if (status == 204) {
      return response.end();
    }
    return response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(json);
  }

  private static void refuse(HttpServerRequest request, Throwable failure) {
    if (failure instanceof Changes.Replaced) {
      request.connection().close(); // who asks again reaches the other proxy
      return;
    }
    int status =
        switch (failure) {
          case InvalidRoute invalid -> 400;
          case NotFound notFound -> 404;
          case StaleFence stale -> 409;
          case MatchTaken taken -> 422;
          case TooLarge large -> 413;
          case Unhealthy unhealthy -> 422;
          case IOException disk -> 507;
          default -> 500;
        };
    LOG.log(
        status >= 500 ? System.Logger.Level.ERROR : System.Logger.Level.WARNING,
        "request=\"{0} {1}\" status={2} reason=\"{3}\" next=nothing was changed",
        request.method(),
        request.path(),
        status,
        String.valueOf(failure));
    JsonObject problem = Problem.document(status, explained(failure));
    if (failure instanceof InvalidRoute invalid) {
      JsonArray errors = new JsonArray();
      for (InvalidRoute.Violation one : invalid.violations()) {
        errors.add(new JsonObject().put("field", one.field()).put("message", one.message()));
      }
      problem.put("errors", errors);
    }
    Problem.send(request.response(), status, problem);
  }

  private static String explained(Throwable failure) {
    return failure instanceof IOException
        ? "the change could not be saved and was not made: " + failure
        : String.valueOf(failure.getMessage());
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

  private static final class NotFound extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFound(String message) {
      super(message);
    }
  }

  private static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super("the document must not be larger than " + MOST_BODY_BYTES + " bytes");
    }
  }

  private static final class Unhealthy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unhealthy(List<String> complaints) {
      super(String.join("; ", complaints));
    }
  }
}
