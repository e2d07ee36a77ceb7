package dev.fairlead.deployer.verification;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Keeps what a server presents; nothing is sent over a connection that it lets through. */
final class PresentedChain extends X509ExtendedTrustManager {

  private List<X509Certificate> chain = List.of();

  List<X509Certificate> chain() {
    return chain;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] presented, String kind, Socket socket) {
    chain = List.of(presented);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] presented, String kind, SSLEngine engine) {
    chain = List.of(presented);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] presented, String kind) {
    chain = List.of(presented);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] presented, String kind, Socket socket) {
    throw servers();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] presented, String kind, SSLEngine engine) {
    throw servers();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] presented, String kind) {
    throw servers();
  }

  private static UnsupportedOperationException servers() {
    return new UnsupportedOperationException("it looks at servers only");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
