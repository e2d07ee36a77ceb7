package dev.fairlead.deployer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.router.ConfiguredRouter;
import dev.fairlead.deployer.router.EdgeRouter;
import dev.fairlead.deployer.router.traefik.Traefik;
import dev.fairlead.deployer.router.traefik.TraefikSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The gate of the router")
class RouterChecksTest {

  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  @TempDir private static Path folder;

  private final RouterChecks checks =
      new RouterChecks(
          new Routers(
              Map.of(
                  RouterKind.EDGE,
                  new EdgeRouter(NOWHERE, () -> "", Duration.ZERO),
                  RouterKind.TRAEFIK,
                  new ConfiguredRouter(
                      new Traefik(
                          new TraefikSettings(folder.resolve("file"), NOWHERE, Duration.ZERO)),
                      folder))));

  @Test
  @DisplayName("stops a plan that holds requests at a router that cannot")
  void cannotHold() {
    List<Finding> findings = look("router: traefik", "strategy: {recreate: {}}");

    assertThat(findings).filteredOn(Finding::stops).singleElement().satisfies(this::saysWhatToDo);
    assertThat(look("strategy: {recreate: {}}")).allMatch(Finding::passed).hasSize(2);
    assertThat(look("router: traefik")).noneMatch(Finding::stops);
  }

  @Test
  @DisplayName("warns of a verification at a router that counts nothing")
  void countsNothing() {
    assertThat(look("router: traefik"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.passed()).isFalse();
              assertThat(finding.advice()).contains("verification.window: 0s");
            });
  }

  @Test
  @DisplayName("leaves it to another check to miss a router")
  void noSuchRouter() {
    assertThat(look("router: nginx")).isEmpty();
  }

  private void saysWhatToDo(Finding finding) {
    assertThat(finding.detail()).contains("router traefik cannot hold requests back");
    assertThat(finding.advice()).contains("router: edge");
  }

  private List<Finding> look(String... manifest) {
    return checks.look(
        new Candidate(Samples.request(), Samples.plan(Samples.spec(manifest), 1, true)));
  }
}
