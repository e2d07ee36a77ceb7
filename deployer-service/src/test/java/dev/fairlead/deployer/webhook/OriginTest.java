package dev.fairlead.deployer.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A message counts for")
class OriginTest {

  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "::ffff:192.0.2.1, 192.0.2.1, true",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
    "2001:db8:1:2::1, 2001:0DB8:0001:0002::1, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "2001:db8:1:2::1, 192.0.2.1, false",
    "unknown, 192.0.2.1:4711, true",
    "unknown, 192.0.2.1, false"
  })
  @DisplayName("an IPv4 address, or the /64 of an IPv6 address")
  void same(String one, String another, boolean same) {
    assertThat(Origin.of(one).equals(Origin.of(another))).isEqualTo(same);
  }
}
