package dev.fairlead.deployer.router;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes requests and gives them on by a {@link TraefikRules dynamic configuration}, with a new
 * connection to the instance each time, as {@code maxIdleConnsPerHost: -1} says. Bytes pass as they
 * are; requests with a body are beyond it.
 */
final class TraefikTraffic implements AutoCloseable {

  private static final Pattern COOKIE = Pattern.compile("(?im)^cookie: *(.*)$");
  private static final Pattern HOST = Pattern.compile("(?im)^host: *([^:\r\n]*)");
  private static final String END_OF_HEAD = "\r\n\r\n";

  private static final String REFUSED =
      "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

  private final TraefikRules rules;
  private final ServerSocket door;

  TraefikTraffic(Path file, int port) throws IOException {
    this.rules = new TraefikRules(file);
    this.door = new ServerSocket(port, 1_024, InetAddress.getLoopbackAddress());
  }

  /** Until the process ends. */
  void serve() throws IOException {
    while (true) {
      Socket client = door.accept();
      Thread.ofVirtual().start(() -> serve(client));
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      if (head.isEmpty()) {
        return;
      }
      Matcher host = HOST.matcher(head);
      Matcher cookies = COOKIE.matcher(head);
      String name = host.find() ? host.group(1) : "";
      String path = head.split(" ", 3)[1];
      Optional<TraefikRules.Chosen> chosen =
          rules.choose(name, path, cookies.find() ? cookies.group(1) : "");
      if (chosen.isEmpty()) {
        String status = rules.isTaken(name, path) ? "503 Service Unavailable" : "404 Not Found";
        client.getOutputStream().write(bytes(REFUSED.formatted(status)));
      } else {
        pass(head, client, chosen.get());
      }
    } catch (IOException e) {
      System.err.println("request lost: " + e); // for people; the test sees the cut connection
    }
  }

  private static void pass(String head, Socket client, TraefikRules.Chosen chosen)
      throws IOException {
    URI server = chosen.server();
    try (Socket instance = new Socket(server.getHost(), server.getPort())) {
      String single = head.replaceFirst("(?im)^connection:.*\r\n", "");
      instance
          .getOutputStream()
          .write(bytes(single.replaceFirst("\r\n", "\r\nConnection: close\r\n")));
      Thread.ofVirtual().start(() -> leaveWith(client, instance));
      String answer = head(instance.getInputStream());
      OutputStream out = client.getOutputStream();
      out.write(
          bytes(
              chosen
                  .cookie()
                  .map(cookie -> answer.replaceFirst("\r\n", "\r\nSet-Cookie: " + cookie + "\r\n"))
                  .orElse(answer)));
      instance.getInputStream().transferTo(out);
    }
  }

  /** A client that leaves takes its connection to the instance with it. */
  private static void leaveWith(Socket client, Socket instance) {
    try (instance) {
      client.getInputStream().skip(Long.MAX_VALUE);
    } catch (IOException ended) {
      return;
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      head.write(next);
      if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith(END_OF_HEAD)) {
        break;
      }
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
