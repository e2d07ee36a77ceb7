package dev.fairlead.deployer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Limits;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.Place;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What one container may use")
class CapacityChecksTest {

  private static final long GIGABYTE = 1L << 30;

  @Test
  @DisplayName("may be all that a host has, and of memory a little more")
  void all() {
    assertThat(found(2, 4 * GIGABYTE + GIGABYTE / 4, Grade.MUST))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.passed()).isTrue();
              assertThat(finding.detail())
                  .isEqualTo("host alpha has 2 processors and 4096 MB of memory");
            });
  }

  @Test
  @DisplayName("may not be more processors than a host has, whose engine would refuse them")
  void processors() {
    assertThat(found(2.5, GIGABYTE, Grade.MUST))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.stops()).isTrue();
              assertThat(finding.detail())
                  .isEqualTo("2.5 processors are asked for each container, and host alpha has 2");
              assertThat(finding.advice())
                  .isEqualTo("set limits.processors to 2 at most, or name another host");
            });
  }

  @Test
  @DisplayName("is told, and stops nothing, where it is more memory: an engine grants it")
  void memory() {
    assertThat(found(1, 5 * GIGABYTE, Grade.MUST))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.passed()).isFalse();
              assertThat(finding.stops()).isFalse();
              assertThat(finding.detail())
                  .isEqualTo(
                      "each container may use 5120 MB of memory, and host alpha has 4096 MB");
              assertThat(finding.advice()).startsWith("set limits.memory to 4096 MB at most");
            });
  }

  @Test
  @DisplayName("is told as two findings where both are too much")
  void both() {
    assertThat(found(3, 5 * GIGABYTE, Grade.MUST)).hasSize(2).noneMatch(Finding::passed);
  }

  @Test
  @DisplayName("stops no rollback")
  void rollback() {
    GateScene scene =
        new GateScene(
            Place.of("orders", "staging"), new ArtifactDigest("sha256:" + "a".repeat(64)));
    assertThat(CapacityChecks.refused(scene.candidate())).isEqualTo(Grade.MUST);

    Grade back = CapacityChecks.refused(scene.goingBack().candidate());

    assertThat(found(3, 5 * GIGABYTE, back)).hasSize(2).noneMatch(Finding::stops);
  }

  @Test
  @DisplayName("stops nobody who asks for nothing, however small a host is")
  void usual() {
    CapacityChecks.Host smallest =
        new CapacityChecks.Host(new HostName("alpha"), new Engine.Capacity(1, GIGABYTE / 4));

    assertThat(CapacityChecks.compare(Limits.DEFAULT, smallest, Grade.MUST))
        .noneMatch(Finding::stops);
  }

  private static List<Finding> found(double processors, long memory, Grade refused) {
    return CapacityChecks.compare(
        new Limits(memory, processors, 100, 1 << 20),
        new CapacityChecks.Host(new HostName("alpha"), new Engine.Capacity(2, 4 * GIGABYTE)),
        refused);
  }
}
