package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.runtime.Reachability;
import dev.fairlead.edge.EdgeProxy;
import dev.fairlead.edge.EdgeSettings;
import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The edge router")
class EdgeRouterTest extends RouterConformance {

  private static final String TOKEN = "a-token-for-this-test-only";

  @TempDir private Path folder;
  private final int trafficPort = Ports.free();
  private final int adminPort = Ports.free();
  private @Nullable EdgeProxy proxy;

  EdgeRouterTest() throws IOException {}

  @Override
  Router startRouter() throws IOException {
    startProxy();
    return router(TOKEN, Duration.ofSeconds(20));
  }

  @Override
  public Router anotherDeployer() {
    return router(TOKEN, Duration.ofSeconds(20));
  }

  /** In this JVM it cannot be killed; the edge proxy's own tests do so to its process. */
  @Override
  public void crashRouter() throws IOException {
    stopProxy();
    startProxy();
  }

  @Override
  public URI traffic() {
    return URI.create("http://127.0.0.1:" + trafficPort);
  }

  @Override
  public boolean endsLongConnections() {
    return true;
  }

  @AfterEach
  void stopProxy() {
    if (proxy != null) {
      proxy.close();
      proxy = null;
    }
  }

  @Test
  @DisplayName("waits out a restart of the proxy, whose routes come back")
  void restart() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    stopProxy();

    Thread start = Thread.ofVirtual().start(this::startProxyLater);
    RouteState state = router().observe(ROUTE).orElseThrow();
    start.join();

    assertThat(state.serving()).hasSize(1);
    assertThat(get("/").body()).isEqualTo("old");
    assertThatThrownBy(() -> router().apply(route(fresh().of("2", 100)), 4))
        .hasMessageContaining("token 5 has taken over");
  }

  @Test
  @DisplayName("says that the proxy is away, and what to do")
  void away() {
    stopProxy();
    Router impatient = router(TOKEN, Duration.ofMillis(300));

    assertThatThrownBy(() -> impatient.observe(ROUTE))
        .isInstanceOf(RouterFailure.class)
        .hasMessageContaining("the edge proxy at http://127.0.0.1:" + adminPort)
        .hasMessageContaining("start it, or correct the address");
    assertThat(impatient.reachability()).isInstanceOf(Reachability.Unreachable.class);
  }

  @Test
  @DisplayName("says that the token is wrong, and never shows it")
  void wrongToken() {
    Router wrong = router("canary-secret-token", Duration.ofSeconds(5));

    assertThatThrownBy(() -> wrong.apply(route(old().of("1", 100)), 5))
        .isInstanceOf(RouterFailure.class)
        .hasMessageContaining("refused the deployer's token")
        .hasMessageNotContaining("canary-secret-token");
    assertThat(wrong.reachability()).isInstanceOf(Reachability.Unreachable.class);
  }

  private Router router(String token, Duration patience) {
    return new EdgeRouter(URI.create("http://127.0.0.1:" + adminPort), () -> token, patience);
  }

  private void startProxy() throws IOException {
    proxy =
        EdgeProxy.start(
            EdgeSettings.from(
                Map.of(
                    "FAIRLEAD_EDGE_PORT",
                    Integer.toString(trafficPort),
                    "FAIRLEAD_EDGE_ADMIN_PORT",
                    Integer.toString(adminPort),
                    "FAIRLEAD_EDGE_STATE",
                    folder.resolve("routes.json").toString(),
                    "FAIRLEAD_EDGE_TOKEN",
                    TOKEN,
                    "FAIRLEAD_EDGE_STOP_SECONDS",
                    "1")));
  }

  private void startProxyLater() {
    try {
      Thread.sleep(Duration.ofMillis(700));
      startProxy();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
