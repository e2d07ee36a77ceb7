package dev.fairlead.edge.traffic;

import dev.fairlead.edge.connection.Connection;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;

/** The body of a request on its way to the instance, as fast as the instance takes it. */
final class Upload {
  private final HttpServerRequest request;
  private final Connection connection;

  Upload(HttpServerRequest request, Connection connection) {
    this.request = request;
    this.connection = connection;
  }

  static boolean isPartOf(HttpServerRequest request) {
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  /**
   * @param whenSent called when the instance has been sent all of it
   */
  void begin(Runnable whenSent) {
    if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
      request.response().writeContinue();
    }
    connection.whenWritable(request::resume);
    request.handler(this::pass);
    request.endHandler(
        ignored -> {
          connection.end();
          whenSent.run();
        });
    request.resume();
  }

  private void pass(Buffer chunk) {
    connection.write(((BufferInternal) chunk).getByteBuf());
    if (connection.isFull()) {
      request.pause();
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
