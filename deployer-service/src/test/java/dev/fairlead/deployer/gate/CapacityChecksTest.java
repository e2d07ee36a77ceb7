package dev.fairlead.deployer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Limits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What one container may use")
class CapacityChecksTest {

  private static final long GIGABYTE = 1L << 30;
  private static final Engine.Capacity TWO_AND_FOUR = new Engine.Capacity(2, 4 * GIGABYTE);

  @Test
  @DisplayName("may be all that a host has")
  void all() {
    Finding finding = found(2, 4 * GIGABYTE);

    assertThat(finding.passed()).isTrue();
    assertThat(finding.detail()).isEqualTo("host alpha has 2 processors and 4096 MB of memory");
  }

  @Test
  @DisplayName("may not be more processors than a host has, whose engine would refuse them")
  void processors() {
    Finding finding = found(2.5, GIGABYTE);

    assertThat(finding.stops()).isTrue();
    assertThat(finding.detail())
        .isEqualTo("2.5 processors are asked for each container, and host alpha has 2");
    assertThat(finding.advice())
        .isEqualTo("set limits.processors to 2 at most, or name another host");
  }

  @Test
  @DisplayName("may not be more memory than a host has, and both mistakes are told at once")
  void both() {
    Finding finding = found(3, 5 * GIGABYTE);

    assertThat(finding.stops()).isTrue();
    assertThat(finding.detail())
        .isEqualTo(
            "3 processors are asked for each container, and host alpha has 2;"
                + " 5120 MB of memory are asked for each container, and host alpha has 4096 MB");
    assertThat(finding.advice())
        .contains("limits.processors to 2 at most and limits.memory to 4096 MB at most");
  }

  private static Finding found(double processors, long memory) {
    return CapacityChecks.compare(
        new Limits(memory, processors, 100, 1 << 20), new HostName("alpha"), TWO_AND_FOUR);
  }
}
