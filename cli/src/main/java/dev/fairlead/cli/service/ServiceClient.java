package dev.fairlead.cli.service;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.stack.StackHome;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Talks to one service's REST API. Built on HttpURLConnection, which starts ten times faster than
 * java.net.http and is enough for one request at a time.
 */
public final class ServiceClient {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  private final Service service;
  private final URI address;
  private final Tokens.Token token;
  private final boolean local;

  public ServiceClient(Service service, URI address, Optional<String> token) {
    this(service, address, new Tokens.Token(token, "a token of this stack"), true);
  }

  private ServiceClient(Service service, URI address, Tokens.Token token, boolean local) {
    this.service = service;
    this.address = address;
    this.token = token;
    this.local = local;
  }

  /**
   * The client that the surroundings describe: addresses, tokens, the local stack if there is one.
   */
  public static ServiceClient of(
      Service service, Surroundings surroundings, Optional<String> identity) {
    StackHome home = StackHome.of(surroundings);
    Optional<URI> given =
        surroundings.variable(service.addressVariable()).map(value -> address(service, value));
    URI address = given.orElseGet(() -> URI.create("http://127.0.0.1:" + home.portOf(service)));
    boolean local = given.isEmpty() || isOfStack(service, address, home);
    Tokens tokens = new Tokens(surroundings, address, local);
    return new ServiceClient(service, address, tokens.find(identity), local);
  }

  /** Another port of this machine may be a tunnel to another one. */
  private static boolean isOfStack(Service service, URI address, StackHome home) {
    return LOOPBACK.matcher(String.valueOf(address.getHost())).matches()
        && address.getPort() == home.portOf(service);
  }

  private static URI address(Service service, String value) {
    try {
      return new URI(value);
    } catch (URISyntaxException e) {
      throw noAddress(service, value, e);
    }
  }

  private static Failure noAddress(Service service, String value, Exception cause) {
    return new Failure(
        Exit.USAGE,
        "%s is '%s', which is no address".formatted(service.addressVariable(), value),
        "give an address such as http://127.0.0.1:" + service.port(),
        cause);
  }

  public URI address() {
    return address;
  }

  /** Whether it talks to the local stack. */
  boolean isLocal() {
    return local;
  }

  /** For an advised command: which local identity to be, where the local stack is meant. */
  public String as(String identity) {
    return local ? " --as " + identity : "";
  }

  Service service() {
    return service;
  }

  /** Where the token is from that is sent, in words. */
  String tokenOrigin() {
    return token.origin();
  }

  public Json get(String path) {
    return request("GET", path, Optional.empty());
  }

  public Json post(String path, Json body) {
    return request("POST", path, Optional.of(body));
  }

  public Json put(String path, Json body) {
    return request("PUT", path, Optional.of(body));
  }

  public Json delete(String path) {
    return request("DELETE", path, Optional.empty());
  }

  /** A value made fit for a path or a query. */
  public static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** {@code path?name=value&…} of the values that are there. */
  public static String withQuery(String path, Object... namesAndValues) {
    StringBuilder query = new StringBuilder(path);
    char separator = '?';
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      Optional<?> present = value instanceof Optional<?> optional ? optional : Optional.of(value);
      if (present.isPresent()) {
        query.append(separator).append(namesAndValues[i]).append('=');
        query.append(encoded(present.get().toString()));
        separator = '&';
      }
    }
    return query.toString();
  }

  private Json request(String method, String path, Optional<Json> body) {
    try {
      HttpURLConnection connection = open(path);
      connection.setReadTimeout((int) ANSWER_LIMIT.toMillis());
      connection.setRequestMethod(method);
      connection.setRequestProperty("Accept", "application/json, application/problem+json");
      if (body.isPresent()) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        byte[] bytes = body.get().toString().getBytes(StandardCharsets.UTF_8);
        connection.setFixedLengthStreamingMode(bytes.length);
        connection.getOutputStream().write(bytes);
      }
      return answer(connection, method + " " + path);
    } catch (SocketTimeoutException e) {
      throw unreachable("does not answer in time (" + e.getMessage() + ")", e);
    } catch (IOException e) {
      throw unreachable("cannot be reached: " + e.getMessage(), e);
    }
  }

  /**
   * Opens a stream of server-sent events that stays open; the caller reads and closes it.
   *
   * @param lastEventId where an earlier stream ended
   */
  public InputStream stream(String path, Optional<String> lastEventId) {
    return opened(path, "text/event-stream", lastEventId);
  }

  /** Opens a text that may be long; the caller reads and closes it. */
  public InputStream text(String path) {
    return opened(path, "text/plain, application/problem+json", Optional.empty());
  }

  private InputStream opened(String path, String accepted, Optional<String> lastEventId) {
    try {
      HttpURLConnection connection = open(path);
      connection.setRequestProperty("Accept", accepted);
      lastEventId.ifPresent(id -> connection.setRequestProperty("Last-Event-ID", id));
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw Problem.of(this, "GET " + path, connection.getResponseCode(), text(connection));
      }
      return connection.getInputStream();
    } catch (IOException e) {
      throw unreachable("cannot be reached: " + e.getMessage(), e);
    }
  }

  private HttpURLConnection open(String path) throws IOException {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(address + path).toURL().openConnection();
      connection.setConnectTimeout((int) CONNECT_LIMIT.toMillis());
      token
          .value()
          .ifPresent(value -> connection.setRequestProperty("Authorization", "Bearer " + value));
      return connection;
    } catch (MalformedURLException | IllegalArgumentException | ClassCastException e) {
      throw noAddress(service, address.toString(), e);
    }
  }

  private Json answer(HttpURLConnection connection, String request) throws IOException {
    int status = connection.getResponseCode();
    String text = text(connection);
    if (status >= 300) {
      throw Problem.of(this, request, status, text);
    }
    try {
      return Json.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          Exit.FAILED,
          "%s answered %s with something that is %s".formatted(address, request, e.getMessage()),
          "is that really fairlead's " + service.text() + "? check " + service.addressVariable(),
          e);
    }
  }

  private static String text(HttpURLConnection connection) throws IOException {
    boolean failed = connection.getResponseCode() >= 400;
    try (InputStream body = failed ? connection.getErrorStream() : connection.getInputStream()) {
      return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Failure unreachable(String how, IOException cause) {
    return new Failure(
        Exit.UNREACHABLE,
        "%s at %s %s".formatted(service.text(), address, how),
        "start the local stack with: fairlead up\nor name another one with "
            + service.addressVariable(),
        cause);
  }
}
