package dev.fairlead.edge.traffic;

import dev.fairlead.edge.connection.Connection;
import dev.fairlead.edge.connection.Connections;
import dev.fairlead.edge.connection.Conversation;
import dev.fairlead.edge.routing.Answer;
import dev.fairlead.edge.routing.Claim;
import dev.fairlead.edge.routing.Route;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: find the route, claim an instance, borrow a connection, send, pass the
 * answer back. {@link Attempts} says what becomes of it where an instance fails.
 *
 * <p>Lives on one event loop; only the end of a hold comes from another thread.
 */
final class Exchange implements Connections.Borrower, Conversation {
  private static final Set<HttpMethod> REPEATABLE =
      Set.of(
          HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

  /** For the refusal to reach the client before the end of its connection does. */
  private static final long CLOSE_AFTER_MILLIS = 100;

  private final TrafficServer server;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Target target;
  private final long startNanos = System.nanoTime();
  private final boolean hasBody;
  private final boolean webSocket;
  private final Attempts attempts;

  private Visitor visitor;
  private @Nullable Claim claim;
  private @Nullable Connection connection;
  private @Nullable Hold hold;
  private final Runnable giveUp = this::giveUp;
  private boolean over;

  Exchange(TrafficServer server, HttpServerRequest request, Target target) {
    this.server = server;
    this.request = request;
    this.response = request.response();
    this.target = target;
    this.hasBody = Upload.isPartOf(request);
    this.webSocket =
        request.method() == HttpMethod.GET
            && request.headers().contains(HttpHeaders.UPGRADE, "websocket", true);
    boolean repeatable = !hasBody && REPEATABLE.contains(request.method());
    this.visitor = new Visitor(request, Optional.empty());
    this.attempts = new Attempts(repeatable, startNanos, server.settings().patience());
  }

  void begin() {
    if (hasBody) {
      request.pause();
    }
    response.closeHandler(ignored -> clientLeft());
    response.exceptionHandler(ignored -> {});
    request.exceptionHandler(ignored -> {});
    forward();
  }

  private void forward() {
    if (over) {
      return;
    }
    Optional<Route> route = server.routes().find(target.host(), target.path());
    if (route.isEmpty()) {
      refuse(404, "no route takes " + target.host() + target.path());
      return;
    }
    visitor = new Visitor(request, route.get().stickyCookie());
    Runnable wake = () -> server.loop().execute(this::released);
    switch (route.get().claim(visitor.release(), attempts.tried(), System.nanoTime(), wake)) {
      case Claim claimed -> {
        claim = claimed;
        server.connections().lend(claimed.instance(), attempts.isRepeatable(), this);
      }
      case Answer.Held held ->
          hold = new Hold(server, held, route.get(), wake, reason -> refuse(503, reason));
      case Answer.Nobody nobody -> tryLater(nobody);
    }
  }

  private void released() {
    endHold();
    forward();
  }

  private void endHold() {
    if (hold != null) {
      hold.end();
      hold = null;
    }
  }

  /** All instances were tried: one may be just restarting, and nothing was sent yet. */
  private void tryLater(Answer.Nobody nobody) {
    if (!nobody.exhausted()) {
      refuse(503, nobody.reason());
    } else if (!attempts.isPatient(System.nanoTime()) || !server.mayWait()) {
      refuse(502, attempts.lastFailure());
    } else {
      server.waits();
      server.after(
          attempts.pauseMillis(),
          () -> {
            server.waitedEnough();
            forward();
          });
    }
  }

  @Override
  public void refused(Throwable reason) {
    Claim claimed = claimed();
    claimed.refused(System.nanoTime());
    claimed.close();
    attempts.notReached(claimed, reason);
    server.counters().retries().increment();
    forward();
  }

  @Override
  public void lent(Connection borrowed) {
    if (over) {
      borrowed.abandon();
      return;
    }
    connection = borrowed;
    borrowed.ask(Headers.toInstance(request, target, webSocket, server.settings()), this);
    if (webSocket) {
      borrowed.flush();
      sentCompletely();
    } else if (hasBody) {
      new Upload(server.clients(), this::clientStalled, request, borrowed)
          .begin(this::sentCompletely);
    } else {
      borrowed.end();
      sentCompletely();
    }
  }

  private void sentCompletely() {
    if (!over && !response.headWritten()) {
      claimed().sent(System.nanoTime());
      server.answers().set(giveUp);
    }
  }

  @Override
  public void broke(Throwable reason) {
    if (over) {
      return;
    }
    server.answers().clear(giveUp);
    Claim claimed = claimed();
    claimed.failed();
    claimed.close();
    connection = null;
    attempts.brokeOff(claimed, reason);
    if (attempts.repeat()) {
      server.counters().retries().increment();
      forward();
    } else {
      refuse(502, attempts.lastFailure());
    }
  }

  @Override
  public void answered(HttpResponse head) {
    server.answers().clear(giveUp);
    Claim claimed = claimed();
    Connection answering = Objects.requireNonNull(connection);
    claimed.answered(head.status().code(), System.nanoTime());
    Headers.toClient(head.headers(), response.headers());
    visitor.remember(claimed, response);
    if (webSocket && head.status().code() == 101) {
      over = true;
      Tunnel.open(server, request, answering, claimed);
      return;
    }
    response.setStatusCode(head.status().code());
    if (request.version() != HttpVersion.HTTP_2) {
      response.setStatusMessage(head.status().reasonPhrase());
    }
    Download download = new Download(server, request, head, answering, claimed, this::delivered);
    answering.continueWith(download);
    download.begin();
  }

  private void delivered(boolean complete) {
    over = true;
    server.tell(request, response.getStatusCode(), claim, startNanos);
    if (complete && hasBody) {
      Upload.discard(request);
    }
  }

  /** The instance took too long. */
  private void giveUp() {
    if (!over) {
      Claim slow = claimed();
      slow.failed();
      refuse(
          504,
          "instance %s did not answer within %d s"
              .formatted(slow.name(), server.settings().answerTimeout().toSeconds()));
      cancel();
    }
  }

  private void clientLeft() {
    if (!over) {
      over = true;
      server.tell(request, 499, claim, startNanos);
      cancel();
    }
  }

  /** Its connection is not worth keeping, and neither is the one to the instance. */
  private void clientStalled() {
    if (over) {
      return;
    }
    refuse(408, "the body of the request made no progress");
    cancel();
    if (request.version() == HttpVersion.HTTP_2) {
      response.reset();
    } else {
      server.after(CLOSE_AFTER_MILLIS, request.connection()::close);
    }
  }

  private void refuse(int status, String reason) {
    over = true;
    server.counters().refusals().increment();
    server.tell(request, status, claim, startNanos);
    Problem.send(response, status, reason);
    Upload.discard(request);
  }

  private void cancel() {
    endHold();
    server.answers().clear(giveUp);
    if (connection != null) {
      connection.abandon();
    }
    if (claim != null) {
      claim.close();
    }
  }

  /** The present claim; there is one from the moment a connection is asked for. */
  private Claim claimed() {
    return Objects.requireNonNull(claim);
  }

  /** The body is the download's. */
  @Override
  public void received(ByteBuf bytes) {}

  @Override
  public void ended() {}
}
