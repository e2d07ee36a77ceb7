package dev.fairlead.edge.traffic;

import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.HOST;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;
import static io.netty.handler.codec.http.HttpHeaderNames.UPGRADE;
import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;

import dev.fairlead.edge.EdgeSettings;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which headers pass, by RFC 9110 §7.6.1: those about one connection end here, together with those
 * that Connection names. Who asked is told onwards in Forwarded (RFC 7239) and X-Forwarded-*.
 */
final class Headers {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings");
  private static final Set<String> ABOUT_THE_CLIENT =
      Set.of("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host");

  private static final HttpHeadersFactory CHECKED_ALREADY =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  private Headers() {}

  /** The head for the instance; the proxy itself answers {@code Expect: 100-continue}. */
  static HttpRequest toInstance(
      HttpServerRequest from, Target target, boolean webSocket, EdgeSettings settings) {
    MultiMap incoming = from.headers();
    // Values of HTTP/2 could hold what ends a line in HTTP/1.1: those are checked again.
    boolean http1 = from.version() != HttpVersion.HTTP_2;
    HttpHeaders outgoing =
        (http1 ? CHECKED_ALREADY : DefaultHttpHeadersFactory.headersFactory()).newHeaders();
    Set<String> named = namedByConnection(incoming.getAll(CONNECTION));
    for (Map.Entry<String, String> header : incoming) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (passes(name, named) && !name.equals("expect") && !ABOUT_THE_CLIENT.contains(name)) {
        outgoing.add(header.getKey(), header.getValue());
      }
    }
    if (webSocket) {
      outgoing.set(CONNECTION, HttpHeaderValues.UPGRADE).set(UPGRADE, HttpHeaderValues.WEBSOCKET);
    }
    frame(from, outgoing);
    outgoing.set(HOST, target.authority());
    tellTheClient(from, target.authority(), settings.trustForwarded(), outgoing);
    return new DefaultHttpRequest(
        HTTP_1_1, HttpMethod.valueOf(from.method().name()), target.uri(), outgoing);
  }

  /** Says how the body is delimited on this connection, whatever it was on the client's. */
  private static void frame(HttpServerRequest from, HttpHeaders outgoing) {
    if (from.headers().contains(TRANSFER_ENCODING)) {
      outgoing.remove(CONTENT_LENGTH);
    }
    if (Upload.isPartOf(from) && !outgoing.contains(CONTENT_LENGTH)) {
      outgoing.set(TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
  }

  /** Headers for the client, without those about the connection to the instance. */
  static void toClient(HttpHeaders incoming, MultiMap outgoing) {
    Set<String> named = namedByConnection(incoming.getAll(CONNECTION));
    for (Map.Entry<String, String> header : incoming) {
      if (passes(header.getKey().toLowerCase(Locale.ROOT), named)) {
        outgoing.add(header.getKey(), header.getValue());
      }
    }
  }

  private static boolean passes(String name, Set<String> namedByConnection) {
    return !HOP_BY_HOP.contains(name) && !namedByConnection.contains(name);
  }

  private static Set<String> namedByConnection(List<String> values) {
    if (values.isEmpty()) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (String value : values) {
      for (String name : value.split(",", -1)) {
        names.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    // What frames the message and names its target cannot be taken away by the sender.
    names.removeAll(Set.of("host", "content-length", "close"));
    return names;
  }

  private static void tellTheClient(
      HttpServerRequest from, String host, boolean trusting, HttpHeaders outgoing) {
    MultiMap incoming = from.headers();
    String client = from.remoteAddress().hostAddress();
    String quotedClient = client.contains(":") ? "\"[" + client + "]\"" : client;
    String protocol = from.isSSL() ? "https" : "http";
    String forwarded =
        "for=" + quotedClient + ";host=\"" + host.replace("\"", "") + "\";proto=" + protocol;
    String earlierFor = trusting ? list(incoming, "X-Forwarded-For") : "";
    String earlierForwarded = trusting ? list(incoming, "Forwarded") : "";
    outgoing.set("X-Forwarded-For", earlierFor + client);
    outgoing.set("X-Forwarded-Proto", kept(incoming, trusting, "X-Forwarded-Proto", protocol));
    outgoing.set("X-Forwarded-Host", kept(incoming, trusting, "X-Forwarded-Host", host));
    outgoing.set("Forwarded", earlierForwarded + forwarded);
  }

  private static String list(MultiMap headers, String name) {
    List<String> values = headers.getAll(name);
    return values.isEmpty() ? "" : String.join(", ", values) + ", ";
  }

  private static String kept(MultiMap headers, boolean trusting, String name, String usual) {
    String value = trusting ? headers.get(name) : null;
    return value == null ? usual : value;
  }
}
