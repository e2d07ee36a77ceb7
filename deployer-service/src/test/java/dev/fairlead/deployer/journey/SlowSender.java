package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Collection;

/** Announces more than it sends. */
final class SlowSender implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 5_000;
  private static final int ANY_PORT = 0;

  private final Socket socket;

  SlowSender(URI receiver, String header, int announced) throws IOException {
    this(receiver, "127.0.0.1", header, announced);
  }

  /**
   * @param from an address of this machine
   */
  SlowSender(URI receiver, String from, String header, int announced) throws IOException {
    socket =
        new Socket(receiver.getHost(), receiver.getPort(), InetAddress.getByName(from), ANY_PORT);
    socket.setSoTimeout(PATIENCE_MILLIS);
    write(
        "POST %s HTTP/1.1\r\nHost: localhost\r\n%s\r\nContent-Length: %d\r\n\r\n"
            .formatted(receiver.getPath(), header, announced)
            .getBytes(US_ASCII));
  }

  static long answered(Collection<SlowSender> senders) {
    return senders.stream().filter(SlowSender::isAnswered).count();
  }

  void send(int bytes) {
    write(new byte[bytes]);
  }

  private void write(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException closedByTheOther) {
      // its answer, if any, is there to be read
    }
  }

  /** Breaks off, and returns when the other one has done with it. */
  void breakOff() {
    try {
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAnswered() {
    try {
      return socket.getInputStream().available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int status() {
    try {
      String line =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
      return Integer.parseInt(line.split(" ")[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the other one closes the connection, although not all has been sent. */
  boolean isHungUp() {
    try {
      socket.getInputStream().readAllBytes();
      return true;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
