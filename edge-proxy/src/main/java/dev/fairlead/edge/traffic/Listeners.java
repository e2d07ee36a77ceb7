package dev.fairlead.edge.traffic;

import dev.fairlead.edge.EdgeSettings;
import dev.fairlead.edge.tls.CertificateFolder;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The ports of one event loop: plain HTTP/1.1, and with certificates HTTPS with HTTP/2 and
 * HTTP/1.1. New certificates are taken without closing anything.
 */
final class Listeners {
  private static final System.Logger LOG = System.getLogger(Listeners.class.getName());
  private static final long LOOK_FOR_CERTIFICATES_MILLIS = 5_000;
  private static final int ACCEPT_BACKLOG = 4_096;
  private static final long MOST_STREAMS = 128;

  /** What a client may send of one body before the instance takes it: 2.5 MB/s at 50 ms. */
  private static final int STREAM_WINDOW_BYTES = 128 * 1024;

  /** Of all bodies of a connection, so that one that its instance leaves does not stop the rest. */
  private static final int CONNECTION_WINDOW_BYTES = 4 * STREAM_WINDOW_BYTES;

  private final Vertx vertx;
  private final EdgeSettings settings;
  private final TrafficPorts ports;
  private final List<HttpServer> servers = new ArrayList<>();
  private String certificateState = "";

  Listeners(Vertx vertx, EdgeSettings settings, TrafficPorts ports) {
    this.vertx = vertx;
    this.settings = settings;
    this.ports = ports;
  }

  Future<?> open(Handler<HttpConnection> welcome, Handler<HttpServerRequest> exchange) {
    HttpServer plain = server(common().setPort(settings.trafficPort()), welcome, exchange);
    Future<?> listening =
        plain.listen().onSuccess(server -> ports.plain().set(server.actualPort()));
    if (settings.tls().isEmpty()) {
      return listening;
    }
    EdgeSettings.Tls tls = settings.tls().get();
    CertificateFolder folder = new CertificateFolder(tls.certificates());
    return listening
        .compose(ignored -> vertx.executeBlocking(() -> read(folder)))
        .compose(pairs -> openSecure(tls, pairs, welcome, exchange))
        .onSuccess(server -> vertx.setPeriodic(LOOK_FOR_CERTIFICATES_MILLIS, t -> renew(folder)));
  }

  /** Accepts nothing new, lets requests finish within the window. */
  Future<?> close() {
    long millis = settings.stopWindow().toMillis();
    return Future.all(
        servers.stream().map(server -> server.shutdown(millis, TimeUnit.MILLISECONDS)).toList());
  }

  private Future<HttpServer> openSecure(
      EdgeSettings.Tls tls,
      PemKeyCertOptions pairs,
      Handler<HttpConnection> welcome,
      Handler<HttpServerRequest> exchange) {
    HttpServerOptions options =
        common()
            .setPort(tls.port())
            .setSsl(true)
            .setSni(true)
            .setKeyCertOptions(pairs)
            .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
            .setUseAlpn(true)
            .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
            .setSslHandshakeTimeout(settings.clients().timeout().toSeconds());
    options.getInitialSettings().setMaxConcurrentStreams(MOST_STREAMS);
    options.getInitialSettings().setInitialWindowSize(STREAM_WINDOW_BYTES);
    options.setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES);
    options.getInitialSettings().setMaxHeaderListSize(TrafficServer.MOST_HEADER_BYTES);
    return server(options, welcome, exchange)
        .listen()
        .onSuccess(server -> ports.secure().set(server.actualPort()));
  }

  private HttpServer server(
      HttpServerOptions options,
      Handler<HttpConnection> welcome,
      Handler<HttpServerRequest> exchange) {
    HttpServer server =
        vertx.createHttpServer(options).connectionHandler(welcome).requestHandler(exchange);
    servers.add(server);
    return server;
  }

  private HttpServerOptions common() {
    return new HttpServerOptions()
        .setHost(settings.bind())
        .setTcpNoDelay(true)
        .setAcceptBacklog(ACCEPT_BACKLOG)
        .setHttp2ClearTextEnabled(false)
        .setPerFrameWebSocketCompressionSupported(false) // their bytes pass as they are
        .setPerMessageWebSocketCompressionSupported(false)
        .setMaxHeaderSize(TrafficServer.MOST_HEADER_BYTES)
        .setMaxInitialLineLength(TrafficServer.MOST_HEADER_BYTES);
  }

  private PemKeyCertOptions read(CertificateFolder folder) throws java.io.IOException {
    certificateState = folder.state();
    return folder.read();
  }

  private void renew(CertificateFolder folder) {
    vertx
        .executeBlocking(() -> folder.state().equals(certificateState) ? null : read(folder))
        .compose(
            pairs ->
                pairs == null
                    ? Future.succeededFuture(false)
                    : servers
                        .getLast()
                        .updateSSLOptions(
                            new ServerSSLOptions().setSni(true).setKeyCertOptions(pairs)))
        .onComplete(
            renewed -> {
              if (renewed) {
                LOG.log(
                    System.Logger.Level.INFO, "certificates=renewed next=serve new connections");
              }
            },
            failure ->
                LOG.log(
                    System.Logger.Level.ERROR,
                    "certificates=unchanged reason=\"{0}\" next=serve the old ones, look again when"
                        + " the folder changes",
                    failure));
  }
}
