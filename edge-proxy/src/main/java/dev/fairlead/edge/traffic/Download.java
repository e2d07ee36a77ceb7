package dev.fairlead.edge.traffic;

import dev.fairlead.edge.connection.Connection;
import dev.fairlead.edge.connection.Conversation;
import dev.fairlead.edge.routing.Claim;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponse;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer on its way to the client, as fast as the client takes it. An event stream
 * has no end of its own: when its instance drains it is ended after a whole event, and the client's
 * EventSource comes back to another instance.
 */
final class Download implements Conversation {
  private static final long LAST_EVENT_MILLIS = 1_000;

  private final TrafficServer server;
  private final HttpServerResponse response;
  private final Connection instance;
  private final Claim claim;
  private final Whole whole;
  private final boolean eventStream;
  private final Consumer<Duration> closer;
  private final Runnable stalled = this::stalled;
  private @Nullable Buffer heldBack;
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
      HttpResponse answer,
      Connection instance,
      Claim claim,
      Whole whole) {
    this.server = server;
    this.response = request.response();
    this.instance = instance;
    this.claim = claim;
    this.whole = whole;
    this.eventStream = isEventStream(answer);
    this.closer = delay -> server.loop().execute(() -> leaveAfter(delay));
    this.bytesLeft = frame(request, answer.status().code());
  }

  void begin() {
    response.closeHandler(ignored -> clientLeft());
    if (eventStream) {
      claim.whenDraining(closer);
      response.writeHead();
    }
  }

  /** Decides how the body is delimited; returns its length, or -1 where only the end will tell. */
  private long frame(HttpServerRequest request, int status) {
    String length = response.headers().get(HttpHeaders.CONTENT_LENGTH);
    boolean bodiless = request.method() == HttpMethod.HEAD || status == 204 || status == 304;
    if (length == null && !bodiless) {
      response.setChunked(true);
    }
    return length == null || bodiless ? -1 : Long.parseLong(length);
  }

  @Override
  public void received(ByteBuf bytes) {
    if (over) {
      return;
    }
    Buffer chunk = Buffer.buffer(ByteBufUtil.getBytes(bytes));
    if (leaving) {
      passLastEvents(chunk);
      return;
    }
    writeHeldBack();
    bytesLeft -= chunk.length();
    if (bytesLeft == 0) {
      response.end(chunk); // one write instead of two; the end handler finds it ended
      return;
    }
    if (eventStream) {
      afterEvent = endOfLastEvent(chunk) == chunk.length();
    }
    heldBack = chunk;
  }

  /** The last chunk that came is written with the end of the answer where that came, too. */
  @Override
  public void caughtUp() {
    if (!over) {
      writeHeldBack();
    }
  }

  private void writeHeldBack() {
    Buffer chunk = heldBack;
    heldBack = null;
    if (chunk == null) {
      return;
    }
    response.write(chunk);
    if (response.writeQueueFull()) {
      await();
      response.drainHandler(ignored -> goOn());
    }
  }

  private void await() {
    instance.pause();
    server.clients().set(stalled);
  }

  private void goOn() {
    server.clients().clear(stalled);
    if (!over) {
      instance.resume();
    }
  }

  /** The client takes nothing of what waits for it. */
  private void stalled() {
    clientLeft();
    response.reset();
  }

  @Override
  public void ended() {
    if (finish()) {
      if (heldBack != null) {
        response.end(heldBack);
      } else if (!response.ended()) {
        response.end();
      }
      whole.delivered(true);
    }
  }

  /** The client must see that something is missing: its connection is cut. */
  @Override
  public void broke(Throwable reason) {
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
      instance.abandon();
      whole.delivered(false);
    }
  }

  private boolean finish() {
    if (over) {
      return false;
    }
    over = true;
    server.clients().clear(stalled);
    claim.endedByItself(closer);
    claim.close();
    return true;
  }

  private void leaveAfter(Duration delay) {
    server.after(delay.toMillis() + 1, this::leave);
  }

  private void leave() {
    leaving = true;
    if (afterEvent) {
      sayGoodbye();
    } else {
      server.after(LAST_EVENT_MILLIS, this::sayGoodbye);
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
      instance.abandon();
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

  private static boolean isEventStream(HttpResponse answer) {
    String type = answer.headers().get(HttpHeaders.CONTENT_TYPE);
    return type != null
        && type.startsWith("text/event-stream")
        && answer.headers().get(HttpHeaders.CONTENT_LENGTH) == null;
  }
}
