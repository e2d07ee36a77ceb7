package dev.fairlead.edge.traffic;

import dev.fairlead.edge.connection.Connection;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Set;

/** The body of a request on its way to the instance, as fast as the instance takes it. */
final class Upload {
  private static final Set<HttpMethod> WITHOUT_BODY =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final Deadlines clients;
  private final HttpServerRequest request;
  private final Connection connection;
  private final Runnable stalled;

  /**
   * @param stalled called when the client sends nothing although it could
   */
  Upload(Deadlines clients, Runnable stalled, HttpServerRequest request, Connection connection) {
    this.stalled = stalled;
    this.clients = clients;
    this.request = request;
    this.connection = connection;
  }

  static boolean isPartOf(HttpServerRequest request) {
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return !length.equals("0") || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }
    return request.version() == HttpVersion.HTTP_2
        ? !request.isEnded() && !WITHOUT_BODY.contains(request.method())
        : request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /**
   * @param whenSent called when the instance has been sent all of it
   */
  void begin(Runnable whenSent) {
    if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
      request.response().writeContinue();
    }
    connection.whenWritable(this::goOn);
    request.handler(this::pass);
    request.endHandler(
        ignored -> {
          clients.clear(stalled);
          connection.end();
          whenSent.run();
        });
    goOn();
  }

  private void goOn() {
    if (!request.isEnded()) {
      clients.set(stalled);
    }
    request.resume();
  }

  private void pass(Buffer chunk) {
    connection.write(((BufferInternal) chunk).getByteBuf());
    if (connection.isFull()) {
      clients.clear(stalled);
      request.pause();
    } else {
      clients.set(stalled);
    }
  }

  /** The answer came early or never: the rest may come and go, so that the client can read it. */
  static void discard(HttpServerRequest request) {
    if (!request.isEnded()) {
      request.handler(ignored -> {});
      request.resume();
    }
  }
}
