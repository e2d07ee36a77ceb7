package dev.fairlead.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.manifest.HostValues;
import dev.fairlead.deployer.manifest.InvalidManifest;
import dev.fairlead.deployer.manifest.Manifest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

@DisplayName("Manifests are kept from")
class ManifestLimitsTest {

  @TempDir Path folder;

  @Test
  @DisplayName("the files that the deployer's own settings name, and those that an operator adds")
  void files() {
    HostValues host =
        limits(Map.of("manifests.closed", "%s/backup.key,%s/more".formatted(folder, folder)));

    for (String closed :
        List.of(
            "home/archives",
            "tokens.yaml",
            "edge-token",
            "engine/key.pem",
            "backup.key",
            "more/x")) {
      assertRefused(host, "secret:file:%s/%s".formatted(folder, closed));
    }
    assertRead(host, "secret:file:%s/orders".formatted(folder));
  }

  @Test
  @DisplayName("the deployer's variables, but for the harmless ones and those that are allowed")
  void variables() {
    HostValues host = limits(Map.of("manifests.variables", "SHOP_*, REGION"));

    for (String allowed :
        List.of(
            "PATH", "JAVA_HOME", "FAIRLEAD_HOME", "FAIRLEAD_POSTGRES_PORT", "SHOP_A", "REGION")) {
      assertRead(host, "secret:env:" + allowed);
    }
    for (String kept :
        List.of("FAIRLEAD_DB_PASSWORD", "SPRING_DATASOURCE_PASSWORD", "REGION_KEY", "GH_TOKEN")) {
      assertRefused(host, "secret:env:" + kept);
    }
  }

  private static void assertRead(HostValues host, String value) {
    assertThat(read(host, value).environments()).hasSize(1);
  }

  private static void assertRefused(HostValues host, String value) {
    assertThatThrownBy(() -> read(host, value)).as(value).isInstanceOf(InvalidManifest.class);
  }

  private static Manifest read(HostValues host, String value) {
    return Manifest.read(
        """
        application: orders
        artifact: {archive: "orders-{version}.zip"}
        command: [java, -jar, orders.jar]
        route: {host: orders.localhost}
        environments: {staging: {}}
        environment: {A: "%s"}
        """
            .formatted(value),
        host);
  }

  private HostValues limits(Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("home", folder.resolve("home").toString());
    properties.put("edge.token", "secret:file:" + folder.resolve("edge-token"));
    properties.put("docker-hosts.alpha.engine", "tcp://10.0.0.6:2376");
    properties.put("docker-hosts.alpha.certificates", folder.resolve("engine").toString());
    MapConfigurationPropertySource source = new MapConfigurationPropertySource();
    properties.forEach((key, value) -> source.put("fairlead.deployer." + key, value));
    DeployerSettings settings =
        new Binder(source).bind("fairlead.deployer", DeployerSettings.class).get();
    return ManifestLimits.of(settings, Optional.of(folder.resolve("tokens.yaml")));
  }
}
