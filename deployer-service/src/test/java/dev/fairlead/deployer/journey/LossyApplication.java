package dev.fairlead.deployer.journey;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An application that does nothing to end well: at SIGTERM it is gone at once, with every request
 * it had. It answers each request with the id that the request carries.
 *
 * <p>{@code /slow?N} answers after N milliseconds, {@code /upload} when the whole body has come;
 * {@code /held} does so too, and {@code /holding} says of how many the body is still coming. {@code
 * /events} is an event stream without end, {@code /echo} a WebSocket.
 */
final class LossyApplication {

  private static final String WEB_SOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3

  private static final AtomicInteger HOLDING = new AtomicInteger();

  private final Map<String, String> headers = new HashMap<>();
  private final InputStream in;
  private final OutputStream out;

  private LossyApplication(Socket socket) throws IOException {
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(System.getenv("PORT"));
    try (ServerSocket server = new ServerSocket(port, 512, InetAddress.getLoopbackAddress())) {
      while (true) {
        Socket socket = server.accept();
        Thread.startVirtualThread(() -> serve(socket));
      }
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      LossyApplication connection = new LossyApplication(socket);
      while (connection.request()) {
        // the next one on the same connection
      }
    } catch (Exception clientIsGone) {
      return;
    }
  }

  /** Answers one request; false when there is no further one. */
  private boolean request() throws Exception {
    String first = line();
    if (first.isEmpty()) {
      return false;
    }
    headers.clear();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    String path = first.split(" ")[1];
    if (path.equals("/held")) {
      hold();
    } else {
      body();
    }
    if (path.equals("/holding")) {
      answer(HOLDING.toString());
    } else if (path.equals("/events")) {
      events();
    } else if (path.equals("/echo")) {
      echo();
    } else {
      if (path.startsWith("/slow?")) {
        Thread.sleep(Long.parseLong(path.substring("/slow?".length())));
      }
      answer(headers.getOrDefault("x-request-id", "up"));
    }
    return !headers.getOrDefault("connection", "").equalsIgnoreCase("close");
  }

  private void hold() throws IOException {
    HOLDING.incrementAndGet();
    try {
      body();
    } finally {
      HOLDING.decrementAndGet();
    }
  }

  private void body() throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      for (int size = chunk(); size > 0; size = chunk()) {
        in.skipNBytes(size);
        line();
      }
      line();
    } else {
      in.skipNBytes(Long.parseLong(headers.getOrDefault("content-length", "0")));
    }
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line().strip(), 16);
  }

  private void answer(String text) throws IOException {
    write("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(text.length(), text));
  }

  private void events() throws Exception {
    write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (true) {
      write("9\r\ndata: x\n\n\r\n");
      Thread.sleep(200);
    }
  }

  /** Small masked text frames, sent back without the mask. */
  private void echo() throws Exception {
    byte[] accept =
        MessageDigest.getInstance("SHA-1")
            .digest(
                (headers.get("sec-websocket-key") + WEB_SOCKET)
                    .getBytes(StandardCharsets.US_ASCII));
    write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n"
            .formatted(Base64.getEncoder().encodeToString(accept)));
    while (true) {
      int kind = in.read();
      int size = in.read() & 0x7F;
      if (kind < 0 || (kind & 0x0F) == 8) {
        return;
      }
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(size);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      out.write(new byte[] {(byte) kind, (byte) size});
      out.write(payload);
      out.flush();
    }
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
