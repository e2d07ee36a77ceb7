package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the file says what is meant, to whoever reads it as Traefik documents it. */
@DisplayName("Traefik, as a stand-in reads its documentation,")
class TraefikConformanceTest extends InstalledRouterConformance {

  @TempDir private static Path folder;
  private static @Nullable TraefikRig rig;

  TraefikConformanceTest() throws IOException {}

  @BeforeAll
  static void startProxy() throws IOException {
    rig = new TraefikRig(folder);
  }

  @AfterAll
  static void stopProxy() {
    if (rig != null) {
      rig.close();
    }
  }

  /** It counts nothing, and says so. */
  @Test
  @Override
  @DisplayName("counts no requests")
  public void counts() throws Exception {
    router().apply(route(old().of("1", 100)), 5);
    get("/");

    assertThat(router().capabilities()).doesNotContain(Capability.FIGURES, Capability.LATENCIES);
    assertThat(figures(old()).requests()).isZero();
  }

  @Override
  InstalledRig rig() {
    return Objects.requireNonNull(rig);
  }
}
