package dev.fairlead.backup.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a client and a server, and fails after so many bytes were sent to the server: with
 * a reset, or with an answer 500 to whatever comes next.
 */
public final class FaultyNetwork implements AutoCloseable {

  /** What happens once the bytes are used up. */
  public enum Fault {
    RESET,
    ERROR_500
  }

  private final ServerSocket listener;
  private final URI server;
  private final Fault fault;
  private final AtomicLong allowance;

  private FaultyNetwork(ServerSocket listener, URI server, Fault fault, long bytes) {
    this.listener = listener;
    this.server = server;
    this.fault = fault;
    this.allowance = new AtomicLong(bytes);
  }

  public static FaultyNetwork before(URI server, Fault fault, long bytes) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      FaultyNetwork network = new FaultyNetwork(listener, server, fault, bytes);
      Thread.ofVirtual().start(network::accept);
      return network;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** From now on nothing fails. */
  public void heal() {
    allowance.set(Long.MAX_VALUE / 2);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket upstream = new Socket(server.getHost(), server.getPort())) {
      Thread answers = Thread.ofVirtual().start(() -> copyAnswers(upstream, client));
      if (copyRequests(client, upstream)) {
        answers.join();
      } else {
        fail(client);
      }
    } catch (IOException | InterruptedException _) {
      // the client sees a broken connection
    }
  }

  /** Whether all could be sent on. */
  private boolean copyRequests(Socket client, Socket upstream) throws IOException {
    byte[] buffer = new byte[16 * 1024];
    InputStream requests = client.getInputStream();
    OutputStream out = upstream.getOutputStream();
    for (int count = requests.read(buffer); count >= 0; count = requests.read(buffer)) {
      if (allowance.addAndGet(-count) < 0) {
        return false;
      }
      out.write(buffer, 0, count);
    }
    return true;
  }

  private void fail(Socket client) throws IOException {
    if (fault == Fault.RESET) {
      client.setSoLinger(true, 0);
      return;
    }
    client
        .getOutputStream()
        .write(
            "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    client.shutdownOutput();
    client.getInputStream().skip(Long.MAX_VALUE);
  }

  private static void copyAnswers(Socket upstream, Socket client) {
    try {
      upstream.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException _) {
      // one side has gone
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
