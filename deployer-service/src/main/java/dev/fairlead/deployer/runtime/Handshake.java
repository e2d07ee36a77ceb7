package dev.fairlead.deployer.runtime;

import com.github.dockerjava.transport.SSLConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * A second try at TLS alone, to find out what the other side has against us. With TLS 1.3 a server
 * refuses the client's certificate after the client believes the handshake to be over; the request
 * that is written by then fails with a broken pipe, and the reason is never read.
 */
record Handshake(URI address, SSLConfig tls) {

  static final String HANGS_UP = "it hangs up";

  private static final int PATIENCE_MILLIS = 2_000;

  /** Why it does not let us in; empty when it does, or cannot be reached at all. */
  Optional<String> refusal() {
    try (Socket plain = new Socket()) {
      SSLContext context = tls.getSSLContext();
      plain.connect(new InetSocketAddress(address.getHost(), address.getPort()), PATIENCE_MILLIS);
      plain.setSoTimeout(PATIENCE_MILLIS);
      return refusal(plain, context);
    } catch (Exception unreachable) { // the library declares no less
      return Optional.empty();
    }
  }

  private Optional<String> refusal(Socket plain, SSLContext context) {
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(plain, address.getHost(), address.getPort(), true)) {
      socket.startHandshake();
      int answer = socket.getInputStream().read();
      return answer < 0 ? Optional.of(HANGS_UP) : Optional.empty();
    } catch (SocketTimeoutException waitsForRequest) {
      return Optional.empty();
    } catch (SSLException e) {
      return Optional.ofNullable(e.getMessage());
    } catch (IOException reset) {
      // the alert may be lost with the connection
      return Optional.of(HANGS_UP);
    }
  }
}
