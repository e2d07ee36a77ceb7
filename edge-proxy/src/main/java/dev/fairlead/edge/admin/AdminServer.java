package dev.fairlead.edge.admin;

import dev.fairlead.edge.EdgeSettings;
import dev.fairlead.edge.routing.Route;
import dev.fairlead.edge.routing.RouteStatus;
import dev.fairlead.edge.routing.RoutingTable;
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
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** The admin port: what the deployer and the operator say to the proxy. */
public final class AdminServer extends VerticleBase {
  private static final int MOST_BODY_BYTES = 1024 * 1024;
  private static final String BEARER = "Bearer ";

  private final EdgeSettings settings;
  private final RoutingTable routes;
  private final Changes changes;
  private final Counters counters;
  private final LongSupplier accessLogDropped;
  private final IntConsumer whenListening;

  @SuppressWarnings("NullAway.Init") // start() sets it before any use
  private RouteCommands commands;

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
    commands = new RouteCommands(vertx, routes, changes);
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
      RouteCommands.answer(request, 200, Buffer.buffer("{\"status\":\"up\"}"));
    } else if (!isAuthorized(request)) {
      request.response().putHeader("WWW-Authenticate", "Bearer");
      Problem.send(
          request.response(), 401, "the header Authorization: Bearer <token> must carry the token");
    } else {
      body(request)
          .compose(body -> handle(request, body.getBytes()))
          .onFailure(failure -> AdminProblem.send(request, failure));
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
      return RouteCommands.answer(request, 200, Buffer.buffer(RouteJson.write(statuses())));
    }
    String[] parts = path.split("/", -1);
    if (parts.length < 3 || parts.length > 4 || !parts[1].equals("routes")) {
      throw new NotFound("there is nothing at " + path);
    }
    String name = parts[2];
    String operation = method + (parts.length == 4 ? " " + parts[3] : "");
    return commands.perform(operation, name, request, body);
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
                throw new TooLarge(MOST_BODY_BYTES);
              }
              return all;
            });
  }
}
