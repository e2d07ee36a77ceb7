package dev.fairlead.examples.orders;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;

/**
 * Takes its port from {@code PORT} and its database from {@code DATABASE_URL}, {@code
 * DATABASE_USER} and {@code DATABASE_PASSWORD}, or {@code DATABASE_PASSWORD_FILE}. Ends at once on
 * SIGTERM, whatever is in flight: the worst an application can do to whoever deploys it.
 */
public final class OrdersApplication {

  private static final int BACKLOG = 1024;

  private OrdersApplication() {}

  public static void main(String[] arguments) throws IOException {
    HttpServer server = start(System.getenv(), Path.of("orders.properties"));
    System.out.println("orders listens on " + server.getAddress());
  }

  static HttpServer start(Map<String, String> environment, Path release) throws IOException {
    Behaviour behaviour = Behaviour.of(properties(release));
    Database database =
        new Database(
            required(environment, "DATABASE_URL"),
            required(environment, "DATABASE_USER"),
            password(environment));
    // A container is reached from outside its own loopback; a process is not.
    String bind =
        environment.getOrDefault("BIND", InetAddress.getLoopbackAddress().getHostAddress());
    int port = Integer.parseInt(required(environment, "PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress(bind, port), BACKLOG);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", new Endpoints(behaviour, new Orders(database, behaviour)));
    server.start();
    return server;
  }

  private static Properties properties(Path release) throws IOException {
    Properties properties = new Properties();
    try (var in = Files.newBufferedReader(release)) {
      properties.load(in);
    }
    return properties;
  }

  /** A process gets secrets as variables, a container as files. */
  private static String password(Map<String, String> environment) throws IOException {
    String file = environment.get("DATABASE_PASSWORD_FILE");
    return file == null
        ? environment.getOrDefault("DATABASE_PASSWORD", "")
        : Files.readString(Path.of(file)).strip();
  }

  private static String required(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("the environment variable " + name + " is not set");
    }
    return value;
  }
}
