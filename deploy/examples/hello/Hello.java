import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** An application for the quick start: {@code java Hello.java} compiles and runs it. */
final class Hello {

  /** What visitors are answered with; 500 makes a release that has to be rolled back. */
  private static final int STATUS = 200;

  private Hello() {}

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
    server.createContext("/health", exchange -> answer(exchange, 200, "up"));
    server.createContext("/", exchange -> answer(exchange, STATUS, greeting()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    System.out.println(greeting() + ", listening at " + port);
  }

  private static String greeting() {
    return "hello from version " + System.getenv("FAIRLEAD_VERSION");
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
