package dev.fairlead.deployer.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.runtime.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Deployments and releases keep what the manifest said, as JSON. */
@DisplayName("What is kept of a manifest")
class StoredSpecTest {

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  @DisplayName("is read as it was written, with every key there is")
  void roundTrip() throws IOException {
    for (EnvironmentSpec spec : example().environments()) {
      String stored = JSON.writeValueAsString(spec);

      assertThat(JSON.readValue(stored, EnvironmentSpec.class)).isEqualTo(spec);
    }
  }

  @Test
  @DisplayName("is read also if it is from before there were gates, hooks, suites and webhooks")
  void older() throws IOException {
    ObjectNode stored = JSON.valueToTree(example().environments().getFirst());
    stored.remove(List.of("gates", "hooks", "webhook"));
    ObjectNode verification = (ObjectNode) stored.path("verification");
    verification.remove(List.of("margin", "assertions", "security", "load", "logs", "resources"));
    verification
        .path("checks")
        .forEach(check -> ((ObjectNode) check).remove(List.of("fields", "headers")));

    EnvironmentSpec read = JSON.treeToValue(stored, EnvironmentSpec.class);

    assertThat(read.gates()).isEqualTo(GatePolicy.DEFAULT);
    assertThat(read.hooks()).isEmpty();
    assertThat(read.verification().margin()).isEqualTo(Verification.Margin.DEFAULT);
    assertThat(read.verification().assertions()).isEmpty();
    assertThat(read.verification().checks().getFirst().headers()).isEmpty();
  }

  @Test
  @DisplayName(
      "is the same as it was, and has the usual limits, if it is from before they were set")
  void withoutLimits() throws IOException {
    ObjectNode stored = JSON.valueToTree(example().environments().getFirst());
    stored.remove("limits");

    EnvironmentSpec read = JSON.treeToValue(stored, EnvironmentSpec.class);

    assertThat(read.instanceLimits()).isEqualTo(Limits.DEFAULT);
    assertThat(JSON.<ObjectNode>valueToTree(read)).isEqualTo(stored);
  }

  private static Manifest example() throws IOException {
    try (InputStream stream =
        StoredSpecTest.class.getResourceAsStream("/manifest/fairlead.example.yaml")) {
      String yaml =
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
      return Manifest.read(yaml, Samples.HOST);
    }
  }
}
