package dev.fairlead.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The bucket of a recovery")
class StoreAddressTest {

  private static final String NOTHING =
      "<ListBucketResult><Name>bucket</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>";

  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Security-Token")));
          byte[] body = NOTHING.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/xml");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  @DisplayName("is asked with the token of temporary credentials, where the environment has one")
  void temporary() {
    assertThat(tokensSent(Map.of("AWS_SESSION_TOKEN", "for-an-hour"))).containsOnly("for-an-hour");
    assertThat(tokensSent(Map.of("AWS_SESSION_TOKEN", ""))).containsOnly("null");
    assertThat(tokensSent(Map.of())).containsOnly("null");
  }

  private List<String> tokensSent(Map<String, String> more) {
    tokens.clear();
    Map<String, String> environment = new TreeMap<>(more);
    environment.put("AWS_ACCESS_KEY_ID", "key");
    environment.put("AWS_SECRET_ACCESS_KEY", "secret");
    environment.put(
        "AWS_ENDPOINT_URL", "http://127.0.0.1:%d".formatted(server.getAddress().getPort()));
    assertThat(StoreAddress.of("s3://bucket/prefix", environment).open().list("")).isEmpty();
    return tokens;
  }
}
