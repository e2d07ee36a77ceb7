package dev.fairlead.edge.traffic;

import dev.fairlead.edge.routing.Claim;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/**
 * Who asks, and which release they are to stay with.
 *
 * @param cookie its name, where the route wants visitors to stay
 */
record Visitor(HttpServerRequest request, Optional<String> cookie) {

  /** The release of an earlier answer. */
  Optional<String> release() {
    return cookie
        .map(request::getCookie)
        .map(Cookie::getValue)
        .filter(release -> !release.isEmpty());
  }

  void remember(Claim claimed, HttpServerResponse response) {
    cookie.ifPresent(
        name ->
            response
                .headers()
                .add(
                    HttpHeaders.SET_COOKIE,
                    name + "=" + claimed.release() + "; Path=/; HttpOnly; SameSite=Lax"));
  }
}
