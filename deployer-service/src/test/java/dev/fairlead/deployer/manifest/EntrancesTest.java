package dev.fairlead.deployer.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.deployer.DeployerSettings;
import dev.fairlead.deployer.Samples;
import dev.fairlead.service.problem.Refusal;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

@DisplayName("A probe of a path")
class EntrancesTest {

  private static final Map<String, String> EVERYWHERE =
      Map.of(
          "edge.traffic", "http://127.0.0.1:7180",
          "haproxy.traffic", "https://127.0.0.1:8443",
          "nginx.traffic", "http://127.0.0.1",
          "traefik.traffic", "https://traefik.internal");

  @ParameterizedTest
  @CsvSource({
    "edge, http://shop.localhost:7180/orders/live",
    "haproxy, https://shop.localhost:8443/orders/live",
    "nginx, http://shop.localhost/orders/live",
    "traefik, https://shop.localhost/orders/live"
  })
  @DisplayName("is asked for where clients reach the route's own router")
  void address(String router, String expected) {
    assertThat(address(router, "path: /live", EVERYWHERE)).isEqualTo(expected);
  }

  @Test
  @DisplayName("is refused where nobody knows that, before anything is announced")
  void unknown() {
    Manifest manifest = manifest("haproxy", "path: /live");
    Entrances entrances = entrances(Map.of("haproxy.slots", "8"));

    Refusal refusal = catchThrowableOfType(Refusal.class, () -> entrances.requireKnown(manifest));

    assertThat(refusal.detail())
        .isEqualTo(
            "probes of orders/staging have a path (live), and where clients reach haproxy is not known");
    assertThat(refusal.advice()).contains("fairlead.deployer.haproxy.traffic", "a url");
    assertThatCode(() -> entrances(EVERYWHERE).requireKnown(manifest)).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("says where it is asked for itself when it is a probe of a URL")
  void url() {
    assertThatCode(() -> entrances(Map.of()).requireKnown(manifest("nginx", "url: 'http://a:1/b'")))
        .doesNotThrowAnyException();
    assertThat(address("nginx", "url: 'http://a:1/b'", Map.of())).isEqualTo("http://a:1/b");
  }

  @Test
  @DisplayName("cannot be asked for at an address that is none, which is told at the start")
  void noAddress() {
    assertThatThrownBy(() -> entrances(Map.of("nginx.traffic", "localhost:80")))
        .hasMessage(
            "fairlead.deployer.nginx.traffic is localhost:80; expected an address such as http://127.0.0.1:80");
  }

  private static String address(String router, String probe, Map<String, String> settings) {
    EnvironmentSpec spec = manifest(router, probe).environments().getFirst();
    return new Announcement(spec, entrances(settings)).event().targets().getFirst().address();
  }

  private static Manifest manifest(String router, String probe) {
    return Manifest.read(
        """
        application: orders
        artifact: {archive: "orders-{version}.zip"}
        command: [java, -jar, orders.jar]
        router: %s
        route: {host: shop.localhost, path: /orders}
        probes: {live: {%s}}
        environments: {staging: {}}
        """
            .formatted(router, probe),
        Samples.HOST);
  }

  private static Entrances entrances(Map<String, String> settings) {
    Map<String, String> properties = new HashMap<>(settings);
    properties.putIfAbsent("least-disk-free", "1GB");
    MapConfigurationPropertySource source = new MapConfigurationPropertySource();
    properties.forEach((key, value) -> source.put("fairlead.deployer." + key, value));
    return Entrances.of(new Binder(source).bind("fairlead.deployer", DeployerSettings.class).get());
  }
}
