package dev.fairlead.deployer.journey;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One HTTP/1.1 connection, without the kindness of a client library: nothing is repeated or
 * smoothed over, so that whatever a proxy does to it is seen.
 */
final class Wire implements Closeable {

  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket = new Socket();
  private final String host;
  private final InputStream in;
  private final OutputStream out;
  private boolean begun;
  private boolean used;

  Wire(URI server) throws IOException {
    this.host = server.getAuthority();
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** Whether the other side has begun to answer the last request. */
  boolean begun() {
    return begun;
  }

  /** Whether a request was answered on it before. */
  boolean used() {
    return used;
  }

  /** Whether the other side closed it while it was idle, as every client looks before reuse. */
  boolean stale() {
    try {
      socket.setSoTimeout(1);
      in.mark(1);
      int next = in.read();
      in.reset();
      return next < 0;
    } catch (SocketTimeoutException quiet) {
      return false;
    } catch (IOException broken) {
      return true;
    }
  }

  /**
   * @param headers lines, each with its end
   */
  void send(String method, String path, String headers) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    begun = false;
    write("%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n".formatted(method, path, host, headers));
  }

  void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** The status line, once the headers were read; the length of the body is in {@code length}. */
  record Head(int status, int length, boolean closes) {}

  Head head() throws IOException {
    String first = line();
    if (!first.startsWith("HTTP/1.1 ")) {
      throw new EOFException("no answer but '%s'".formatted(first));
    }
    int length = -1;
    boolean closes = false;
    for (String line = line(); !line.isEmpty(); line = line()) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      }
      closes |= lower.equals("connection: close");
    }
    return new Head(Integer.parseInt(first.split(" ")[1]), length, closes);
  }

  String text(int length) throws IOException {
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("%d of %d bytes came".formatted(body.length, length));
    }
    used = true;
    return new String(body, StandardCharsets.ISO_8859_1);
  }

  int read() throws IOException {
    int next = in.read();
    begun |= next >= 0;
    return next;
  }

  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = read(); next != '\n'; next = read()) {
      if (next < 0) {
        throw new EOFException("the connection ended");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
