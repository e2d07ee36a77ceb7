package dev.fairlead.edge.traffic;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request wants to go. Refuses what two parsers could read differently, since that is how
 * requests are smuggled (RFC 9112 §3.2, §6.1, §11.2).
 *
 * @param authority Host as it came, passed on unchanged
 * @param host of it, in lower case and without port, as routes match it
 * @param path without query, as routes match it
 * @param uri in origin form, passed on unchanged
 */
record Target(String authority, String host, String path, String uri) {
  /** The request must not be passed on. */
  static final class Unacceptable extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    Unacceptable(int status, String reason) {
      super(reason);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  static Target of(HttpServerRequest request) throws Unacceptable {
    requireKnownFraming(request.headers());
    HttpMethod method = request.method();
    if (method == HttpMethod.CONNECT || method == HttpMethod.TRACE) {
      throw new Unacceptable(405, "method " + method + " is not passed on by this proxy");
    }
    String authority = requireHost(request);
    String uri = request.uri();
    if (!uri.startsWith("/")) {
      if (uri.equals("*") && method == HttpMethod.OPTIONS) {
        return new Target(authority, hostOf(authority), "/", uri);
      }
      int scheme = uri.toLowerCase(Locale.ROOT).startsWith("http://") ? "http://".length() : -1;
      if (scheme < 0) {
        throw new Unacceptable(400, "request target must start with / or http://");
      }
      int slash = uri.indexOf('/', scheme);
      authority = slash < 0 ? uri.substring(scheme) : uri.substring(scheme, slash);
      uri = slash < 0 ? "/" : uri.substring(slash);
    }
    int query = uri.indexOf('?');
    return new Target(authority, hostOf(authority), query < 0 ? uri : uri.substring(0, query), uri);
  }

  private static void requireKnownFraming(MultiMap headers) throws Unacceptable {
    List<String> encodings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
    if (encodings.isEmpty()) {
      return;
    }
    if (encodings.size() > 1 || !encodings.get(0).strip().equalsIgnoreCase("chunked")) {
      throw new Unacceptable(400, "Transfer-Encoding must be chunked and nothing else");
    }
    if (headers.contains(HttpHeaders.CONTENT_LENGTH)) {
      throw new Unacceptable(400, "Content-Length and Transfer-Encoding must not come together");
    }
  }

  private static String requireHost(HttpServerRequest request) throws Unacceptable {
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    if (request.version() == HttpVersion.HTTP_2) {
      return requireAuthority(request.authority(), hosts);
    }
    if (hosts.size() == 1 && !hosts.get(0).isBlank()) {
      return hosts.get(0).strip();
    }
    if (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_0) {
      return request.localAddress().toString();
    }
    throw new Unacceptable(400, "a request must have exactly one Host, but had " + hosts.size());
  }

  /** RFC 9113 §8.3.1: a Host beside it must say the same. */
  private static String requireAuthority(@Nullable HostAndPort authority, List<String> hosts)
      throws Unacceptable {
    if (authority == null || hosts.stream().anyMatch(host -> !host.equals(authority.toString()))) {
      throw new Unacceptable(
          400,
          "an HTTP/2 request must have one :authority and no other Host, but had " + authority);
    }
    return authority.toString();
  }

  private static String hostOf(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean port = colon > authority.lastIndexOf(']');
    return (port ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
  }
}
