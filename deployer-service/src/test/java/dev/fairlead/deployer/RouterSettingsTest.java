package dev.fairlead.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.router.haproxy.HaproxySettings;
import dev.fairlead.deployer.router.nginx.NginxSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

@DisplayName("The settings of routers")
class RouterSettingsTest {

  @Test
  @DisplayName("are absent unless an operator wrote one of them")
  void absent() {
    DeployerSettings settings = settings(Map.of("least-disk-free", "1GB"));

    assertThat(settings.haproxy()).isNull();
    assertThat(settings.nginx()).isNull();
  }

  @Test
  @DisplayName("suit a Debian where the operator wrote no more than one")
  void debian() {
    DeployerSettings settings = settings(Map.of("haproxy.slots", "8", "nginx.log", "off"));

    HaproxySettings haproxy = Objects.requireNonNull(settings.haproxy()).settings();
    assertThat(haproxy.slots()).isEqualTo(8);
    assertThat(haproxy.socket()).isEqualTo(Path.of("/run/haproxy-master.sock"));
    assertThat(haproxy.check()).hasToString("haproxy -c -f /etc/haproxy/haproxy.cfg -f {file}");
    assertThat(haproxy.reload()).isEmpty();
    NginxSettings nginx = Objects.requireNonNull(settings.nginx()).settings();
    assertThat(nginx.check()).hasToString("nginx -t -q");
    assertThat(nginx.log()).isEmpty();
  }

  private static DeployerSettings settings(Map<String, String> properties) {
    MapConfigurationPropertySource source = new MapConfigurationPropertySource();
    properties.forEach((key, value) -> source.put("fairlead.deployer." + key, value));
    return new Binder(source).bind("fairlead.deployer", DeployerSettings.class).get();
  }
}
