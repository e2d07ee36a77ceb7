package dev.fairlead.service.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

@DisplayName("Trusted proxies")
class TrustedProxiesTest {

  @Test
  @DisplayName("are nobody unless somebody is named")
  void nobody() {
    assertThat(bound("")).isEmpty();
  }

  @Test
  @DisplayName("are addresses and networks of both families, each with its prefix")
  void named() {
    assertThat(bound("10.0.0.5, 192.168.4.0/22, ::1, fd00:1::/64"))
        .containsExactly(
            "10.0.0.5/32", "192.168.4.0/22", "0:0:0:0:0:0:0:1/128", "fd00:1:0:0:0:0:0:0/64");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "nginx, no name",
    "10.0.0, 'neither an address'",
    "10.1/16, 'neither an address'",
    "fe80::1%lo, 'neither an address'",
    "10.0.0.0/, from /8 to /32",
    "10.0.0.0/33, from /8 to /32",
    "0.0.0.0/0, from /8 to /32",
    "::/0, from /8 to /128",
    "fd00::/129, from /8 to /128",
    "10\\.0\\.0\\.5, 'neither an address'",
    "10.0.0.5/24, 'write 10.0.0.0/24 for the network, or 10.0.0.5 for the address'",
    "*, 'neither an address'"
  })
  @DisplayName("are refused where that is nonsense, with what to write")
  void nonsense(String text, String advice) {
    assertThatThrownBy(() -> settings(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("fairlead.security.trusted-proxies: ")
        .hasMessageContaining("'%s'", text)
        .hasMessageContaining(advice);
  }

  @Test
  @DisplayName("are refused all at once")
  void atOnce() {
    assertThatThrownBy(() -> settings("nginx", "10.0.0.5", "::/0"))
        .hasMessageContainingAll("'nginx'", "'::/0'");
  }

  private static SecuritySettings settings(String... proxies) {
    return new SecuritySettings(null, Arrays.asList(proxies));
  }

  private static List<String> bound(String proxies) {
    MapConfigurationPropertySource source =
        new MapConfigurationPropertySource(Map.of("fairlead.security.trusted-proxies", proxies));
    return new Binder(source)
        .bind("fairlead.security", SecuritySettings.class)
        .get()
        .trustedProxies();
  }
}
