package dev.fairlead.edge.traffic;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A refusal of the proxy itself, as RFC 9457 wants it: short, and with the reason. */
public final class Problem {
  private Problem() {}

  public static Future<Void> send(
      HttpServerResponse response, int status, @Nullable String reason) {
    return send(response, status, document(status, reason));
  }

  public static JsonObject document(int status, @Nullable String reason) {
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", title(status))
        .put("status", status)
        .put("detail", reason);
  }

  public static Future<Void> send(HttpServerResponse response, int status, JsonObject document) {
    if (response.ended() || response.closed() || response.headWritten()) {
      return Future.succeededFuture();
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (status == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    return response.end(document.toBuffer());
  }

  private static String title(int status) {
    return io.netty.handler.codec.http.HttpResponseStatus.valueOf(status).reasonPhrase();
  }
}
