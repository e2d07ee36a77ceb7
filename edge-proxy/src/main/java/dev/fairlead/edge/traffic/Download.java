package dev.fairlead.edge.traffic;

import dev.fairlead.edge.routing.Claim;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The body of an answer on its way to the client, as fast as the client takes it. An event stream
 * has no end of its own: when its instance drains it is ended after a whole event, and the client's
 * EventSource comes back to another instance.
 */
final class Download {
  private static final long LAST_EVENT_MILLIS = 1_000;

  private final TrafficServer server;
  private final HttpServerResponse response;
  private final HttpClientResponse answer;
  private final Claim claim;
  private final Whole whole;
  private final boolean eventStream;
  private final Consumer<Duration> closer;
  private long bytesLeft;
  private boolean afterEvent = true;
  private boolean leaving;
  private boolean over;

  /** Told once, when nothing more will be passed on. */
  interface Whole {
    void delivered(boolean complete);
  }

  Download(
      TrafficServer server,
      HttpServerRequest request,
      HttpClientResponse answer,
      Claim claim,
      Whole whole) {
    this.server = server;
    this.response = request.response();
    this.answer = answer;
    this.claim = claim;
    this.whole = whole;
    this.eventStream = isEventStream(answer);
    Context context = server.loop().getOrCreateContext();
    this.closer = delay -> context.runOnContext(ignored -> leaveAfter(delay));
    this.bytesLeft = frame(request);
  }

  void begin() {
    answer.handler(this::pass);
    answer.endHandler(ignored -> complete());
    answer.exceptionHandler(ignored -> brokeOff());
    response.closeHandler(ignored -> clientLeft());
    if (eventStream) {
      claim.whenDraining(closer);
      response.writeHead();
    }
  }

  /** Decides how the body is delimited; returns its length, or -1 where only the end will tell. */
  private long frame(HttpServerRequest request) {
    String length = response.headers().get(HttpHeaders.CONTENT_LENGTH);
    boolean bodiless =
        request.method() == HttpMethod.HEAD
            || answer.statusCode() == 204
            || answer.statusCode() == 304;
    if (length == null && !bodiless) {
      response.setChunked(true);
    }
    return length == null || bodiless ? -1 : Long.parseLong(length);
  }

  private void pass(Buffer chunk) {
    if (over) {
      return;
    }
    if (leaving) {
      passLastEvents(chunk);
      return;
    }
    bytesLeft -= chunk.length();
    if (bytesLeft == 0) {
      response.end(chunk); // one write instead of two; the end handler finds it ended
      return;
    }
    if (eventStream) {
      afterEvent = endOfLastEvent(chunk) == chunk.length();
    }
    response.write(chunk);
    if (response.writeQueueFull()) {
      answer.pause();
      response.drainHandler(ignored -> answer.resume());
    }
  }

  private void complete() {
    if (finish()) {
      if (!response.ended()) {
        response.end();
      }
      whole.delivered(true);
    }
  }

  /** The client must see that something is missing: its connection is cut. */
  private void brokeOff() {
    if (!over) {
      claim.failed();
    }
    if (finish()) {
      whole.delivered(false);
      response.reset();
    }
  }

  private void clientLeft() {
    if (finish()) {
      answer.request().reset();
      whole.delivered(false);
    }
  }

  private boolean finish() {
    if (over) {
      return false;
    }
    over = true;
    claim.endedByItself(closer);
    claim.close();
    return true;
  }

  private void leaveAfter(Duration delay) {
    server.loop().setTimer(delay.toMillis() + 1, timer -> leave());
  }

  private void leave() {
    leaving = true;
    if (afterEvent) {
      sayGoodbye();
    } else {
      server.loop().setTimer(LAST_EVENT_MILLIS, timer -> sayGoodbye());
    }
  }

  private void passLastEvents(Buffer chunk) {
    int end = endOfLastEvent(chunk);
    if (end > 0) {
      response.write(chunk.slice(0, end));
      sayGoodbye();
    } else {
      response.write(chunk);
    }
  }

  private void sayGoodbye() {
    if (finish()) {
      server.counters().goodbyes().increment();
      response.end();
      answer.request().reset();
      whole.delivered(true);
    }
  }

  /** Where the last whole event in the chunk ends: after an empty line; 0 where none does. */
  private static int endOfLastEvent(Buffer chunk) {
    for (int i = chunk.length() - 1; i > 0; i--) {
      boolean emptyLine =
          chunk.getByte(i) == '\n'
              && (chunk.getByte(i - 1) == '\n'
                  || (i > 2 && chunk.getByte(i - 1) == '\r' && chunk.getByte(i - 2) == '\n'));
      if (emptyLine) {
        return i + 1;
      }
    }
    return 0;
  }

  private static boolean isEventStream(HttpClientResponse answer) {
    String type = answer.getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null
        && type.startsWith("text/event-stream")
        && answer.getHeader(HttpHeaders.CONTENT_LENGTH) == null;
  }
}
