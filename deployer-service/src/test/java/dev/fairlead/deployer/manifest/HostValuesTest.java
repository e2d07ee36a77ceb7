package dev.fairlead.deployer.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Of the deployer's host a manifest")
class HostValuesTest {

  private static final String SETTING = "fairlead.deployer.manifests.variables";

  @TempDir Path folder;

  private HostValues host;

  @BeforeEach
  void closed() throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve("tokens")).resolve("admin"), "hunter22");
    host = host(List.of());
  }

  private HostValues host(List<Path> secretFolders) {
    return new HostValues(
        Map.of("JAVA_HOME", "/opt/java", "FAIRLEAD_DB_PASSWORD", "hunter22", "SHOP_A", "1"),
        List.of("JAVA_HOME", "SHOP_*"),
        secretFolders,
        List.of(folder.resolve("tokens")));
  }

  @Test
  @DisplayName("gets the variables that are allowed, and what it says itself for one that is none")
  void variables() {
    EnvironmentSpec spec = read("{A: '${JAVA_HOME}', B: '${SHOP_A}', C: '${ELSEWHERE:-none}'}");

    assertThat(spec.variables()).isEqualTo(Map.of("A", "/opt/java", "B", "1", "C", "none"));
  }

  @Test
  @DisplayName("gets no other one, by whichever way it names it, and is told what would allow it")
  void withheld() {
    for (String naming :
        List.of(
            "${FAIRLEAD_DB_PASSWORD}",
            "${FAIRLEAD_DB_PASSWORD:-none}",
            "secret:env:FAIRLEAD_DB_PASSWORD")) {
      assertThat(refused("{A: '%s'}".formatted(naming)))
          .startsWith("environment.A: ")
          .contains("FAIRLEAD_DB_PASSWORD", "that manifests do not get", SETTING)
          .doesNotContain("hunter22");
    }
    assertThat(refused("{A: '${JAVA_HOMES}'}")).contains("JAVA_HOMES", SETTING);
    assertThat(refused("{A: '${SHOP_B}'}")).contains("${SHOP_B} is not set");
  }

  @Test
  @DisplayName("names no file of Fairlead's own as a secret, in whatever way it is reached")
  void files() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("tokens"));
    for (Path path :
        List.of(
            folder.resolve("tokens/admin"),
            folder.resolve("tokens/not-there-yet"),
            folder.resolve("somewhere/../tokens/admin"),
            link.resolve("admin"),
            Path.of("/proc/self/environ"),
            Path.of("/proc/self/root" + folder + "/tokens/admin"))) {
      assertThat(refused("{A: 'secret:file:%s'}".formatted(path)))
          .contains(path + " is one of Fairlead's own files");
    }
    assertThat(read("{A: 'secret:file:%s/own'}".formatted(folder)).variables()).hasSize(1);
    assertThat(read("{A: 'secret:file:%s/tokens-of-mine'}".formatted(folder)).variables())
        .hasSize(1);
  }

  @Test
  @DisplayName("names only files in the folders for secrets, where there are some")
  void folders() throws IOException {
    Path allowed = Files.createDirectory(folder.resolve("allowed"));
    host = host(List.of(allowed));

    assertThat(read("{A: 'secret:file:%s/a'}".formatted(allowed)).variables()).hasSize(1);
    assertThat(refused("{A: 'secret:file:%s/a'}".formatted(folder)))
        .contains("is in no folder for secrets", "fairlead.deployer.manifests.secret-folders");
    assertThat(refused("{A: 'secret:file:%s/../a'}".formatted(allowed)))
        .contains("is in no folder for secrets");
  }

  @Test
  @DisplayName("does not open a place by a variable that it does not get")
  void guards() {
    String yaml = "environments: {production: {approval: '${FAIRLEAD_DB_PASSWORD:-none}'}}";

    assertThat(GuardedEnvironments.of(yaml, host)).hasSize(1);
  }

  private String refused(String environment) {
    InvalidManifest invalid = catchThrowableOfType(InvalidManifest.class, () -> read(environment));
    assertThat(Objects.requireNonNull(invalid, environment).violations()).hasSize(1);
    Violation violation = invalid.violations().getFirst();
    return "%s: %s".formatted(violation.path(), violation.message());
  }

  private EnvironmentSpec read(String environment) {
    String yaml =
        """
        application: orders
        artifact: {archive: "orders-{version}.zip"}
        command: [java, -jar, orders.jar]
        route: {host: orders.localhost}
        environments: {staging: {}}
        environment: %s
        """
            .formatted(environment);
    return Manifest.read(yaml, host).environments().getFirst();
  }
}
