package dev.fairlead.edge.traffic;

import dev.fairlead.edge.routing.Answer;
import dev.fairlead.edge.routing.Claim;
import dev.fairlead.edge.routing.Instance;
import dev.fairlead.edge.routing.Route;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: find the route, claim an instance, connect, send, pass the answer back.
 * While nothing of it was sent it may try any instance, for as long as patience lasts; once it was
 * sent it is repeated only if its method allows that (RFC 9110 §9.2.2), and only once.
 *
 * <p>Lives on one event loop; only the end of a hold comes from another thread.
 */
final class Exchange {
  private static final Set<HttpMethod> REPEATABLE =
      Set.of(
          HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 250;

  private final TrafficServer server;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Target target;
  private final long startNanos = System.nanoTime();
  private final boolean hasBody;
  private final boolean webSocket;

  private final Set<Instance> tried = new HashSet<>(2);
  private @Nullable Claim claim;
  private @Nullable HttpClientRequest sending;
  private Runnable forgetHold = () -> {};
  private long sentNanos;
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private String lastFailure = "";
  private boolean repeated;
  private boolean bodyTouched;
  private boolean over;

  Exchange(TrafficServer server, HttpServerRequest request, Target target) {
    this.server = server;
    this.request = request;
    this.response = request.response();
    this.target = target;
    this.hasBody = hasBody(request);
    this.webSocket =
        request.method() == HttpMethod.GET
            && request.headers().contains(HttpHeaders.UPGRADE, "websocket", true);
  }

  void begin() {
    request.pause();
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
    Runnable wake = wake();
    switch (route.get().claim(releaseWanted(route.get()), tried, System.nanoTime(), wake)) {
      case Claim claimed -> connect(claimed, route.get());
      case Answer.Held held -> await(held, route.get(), wake);
      case Answer.Nobody nobody -> tryLater(nobody);
    }
  }

  private Runnable wake() {
    var context = server.loop().getOrCreateContext();
    return () -> context.runOnContext(ignored -> released());
  }

  private void released() {
    forgetHold.run();
    forgetHold = () -> {};
    forward();
  }

  private void await(Answer.Held held, Route route, Runnable wake) {
    long timer =
        server
            .loop()
            .setTimer(
                held.atMost().toMillis(),
                ignored -> {
                  route.giveUp(wake);
                  refuse(503, "the route was held longer than " + held.atMost().toMillis() + " ms");
                });
    forgetHold =
        () -> {
          server.loop().cancelTimer(timer);
          route.giveUp(wake);
        };
  }

  /** All instances were tried: one may be just restarting, and nothing was sent yet. */
  private void tryLater(Answer.Nobody nobody) {
    boolean patient = System.nanoTime() - startNanos < server.settings().patience().toNanos();
    if (!nobody.exhausted()) {
      refuse(503, nobody.reason());
    } else if (!patient || !server.mayWait()) {
      refuse(502, lastFailure);
    } else {
      tried.clear();
      server.waits();
      server
          .loop()
          .setTimer(
              pauseMillis,
              timer -> {
                server.waitedEnough();
                forward();
              });
      pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    }
  }

  private void connect(Claim claimed, Route route) {
    claim = claimed;
    Instance instance = claimed.instance();
    boolean repeatable = isRepeatable();
    HttpClient connections =
        repeatable
            ? server.instances().keptConnections(instance)
            : server.instances().freshConnections(instance);
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(instance.address().host())
            .setPort(instance.address().port())
            .setURI(target.uri());
    Headers.toInstance(
        request, target.authority(), webSocket, server.settings().trustForwarded(), options);
    connections
        .request(options)
        .onComplete(
            connected -> send(connected, claimed, route), failure -> refused(claimed, failure));
  }

  private void refused(Claim claimed, Throwable failure) {
    claimed.refused(System.nanoTime());
    claimed.close();
    claim = null;
    tried.add(claimed.instance());
    lastFailure = "instance %s could not be reached: %s".formatted(named(claimed), failure);
    server.counters().retries().increment();
    forward();
  }

  private void send(HttpClientRequest connected, Claim claimed, Route route) {
    if (over) {
      connected.reset();
      return;
    }
    sending = connected;
    connected.exceptionHandler(ignored -> {}); // the failed answer says it, too
    var answer = webSocket ? connected.connect() : connected.response();
    answer.onComplete(
        head -> answer(head, claimed, route), failure -> unanswered(claimed, failure));
    if (webSocket) {
      sentCompletely(claimed);
    } else if (hasBody) {
      upload(connected, claimed);
    } else {
      connected.end();
      sentCompletely(claimed);
    }
  }

  private void upload(HttpClientRequest connected, Claim claimed) {
    if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
      response.writeContinue();
    }
    connected.setChunked(!connected.headers().contains(HttpHeaders.CONTENT_LENGTH));
    request.handler(
        chunk -> {
          bodyTouched = true;
          connected.write(chunk);
          if (connected.writeQueueFull()) {
            request.pause();
            connected.drainHandler(ignored -> request.resume());
          }
        });
    request.endHandler(
        ignored -> {
          connected.end();
          sentCompletely(claimed);
        });
    request.resume();
  }

  private void sentCompletely(Claim claimed) {
    if (!over && !response.headWritten()) {
      sentNanos = System.nanoTime();
      claimed.sent(sentNanos);
      server.awaitAnswer(this);
    }
  }

  private void unanswered(Claim claimed, Throwable failure) {
    if (over || claim != claimed) {
      return;
    }
    server.answerCame(this);
    claimed.failed();
    claimed.close();
    claim = null;
    sending = null;
    if (isRepeatable() && !bodyTouched && !repeated) {
      repeated = true;
      tried.add(claimed.instance());
      lastFailure = "instance %s broke off: %s".formatted(named(claimed), failure);
      server.counters().retries().increment();
      forward();
    } else {
      refuse(502, "instance %s did not answer: %s".formatted(named(claimed), failure.getMessage()));
    }
  }

  private void answer(HttpClientResponse head, Claim claimed, Route route) {
    if (over) {
      head.request().reset();
      return;
    }
    server.answerCame(this);
    claimed.answered(head.statusCode(), System.nanoTime());
    Headers.toClient(head.headers(), response.headers());
    stick(claimed, route);
    if (webSocket && head.statusCode() == 101) {
      over = true;
      tunnel(head, claimed);
      return;
    }
    response.setStatusCode(head.statusCode());
    if (head.statusMessage() != null) {
      response.setStatusMessage(head.statusMessage());
    }
    new Download(server, request, head, claimed, this::delivered).begin();
  }

  private void tunnel(HttpClientResponse head, Claim claimed) {
    response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
    response.putHeader(HttpHeaders.UPGRADE, "websocket");
    var instance = head.netSocket();
    instance.pause();
    request
        .toNetSocket()
        .onComplete(
            client ->
                new Tunnel(server.loop(), client, instance, claimed, server.counters()).open(),
            failure -> {
              claimed.close();
              instance.close();
            });
  }

  private void delivered(boolean complete) {
    over = true;
    server.tell(request, response.getStatusCode(), named(claim), startNanos);
    if (complete && hasBody && !request.isEnded()) {
      request.resume(); // an early answer: let the rest of the upload come and go
    }
  }

  /** The instance took too long. */
  void giveUp() {
    Claim slow = claim;
    if (over || slow == null) {
      return;
    }
    slow.failed();
    refuse(
        504,
        "instance %s did not answer within %d s"
            .formatted(named(slow), server.settings().answerTimeout().toSeconds()));
    cancel();
  }

  boolean isOverdue(long nowNanos) {
    return nowNanos - sentNanos > server.settings().answerTimeout().toNanos();
  }

  private void clientLeft() {
    if (!over) {
      over = true;
      server.tell(request, 499, named(claim), startNanos);
      cancel();
    }
  }

  private void refuse(int status, String reason) {
    over = true;
    server.counters().refusals().increment();
    server.tell(request, status, named(claim), startNanos);
    Problem.send(response, status, reason);
    if (!request.isEnded()) {
      request.handler(ignored -> {});
      request.resume();
    }
  }

  private void cancel() {
    forgetHold.run();
    server.answerCame(this);
    if (sending != null) {
      sending.reset();
    }
    if (claim != null) {
      claim.close();
    }
  }

  private Optional<String> releaseWanted(Route route) {
    return route
        .stickyCookie()
        .map(request::getCookie)
        .map(Cookie::getValue)
        .filter(release -> !release.isEmpty());
  }

  private void stick(Claim claimed, Route route) {
    route
        .stickyCookie()
        .ifPresent(
            name ->
                response
                    .headers()
                    .add(
                        HttpHeaders.SET_COOKIE,
                        name + "=" + claimed.release() + "; Path=/; HttpOnly; SameSite=Lax"));
  }

  private boolean isRepeatable() {
    return !hasBody && REPEATABLE.contains(request.method());
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  private static String named(@Nullable Claim claimed) {
    return claimed == null ? "-" : claimed.instance().id() + " at " + claimed.instance().address();
  }
}
