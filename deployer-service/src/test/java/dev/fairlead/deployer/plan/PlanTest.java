package dev.fairlead.deployer.plan;

import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.events.ArtifactDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

@DisplayName("A plan")
class PlanTest {

  @Test
  @DisplayName("replaces instances batch by batch, and never takes before it has given")
  void rolling() {
    Plan plan = plan(spec("replicas: 3", "strategy: {rolling: {batch: 2}}", "bake: 5m"), 2, true);

    assertThat(written(plan)).isEqualTo(golden("rolling"));
  }

  @Test
  @DisplayName("keeps the old instances warm until the bake window has passed, if blue-green")
  void blueGreen() {
    Plan plan = plan(spec("replicas: 2", "strategy: {blue-green: {}}"), 2, true);

    assertThat(written(plan)).isEqualTo(golden("blue-green"));
  }

  @Test
  @DisplayName("compares old and new at every weight of a canary, and keeps the old ones warm")
  void canary() {
    String strategy = "strategy: {canary: {steps: [{weight: 5%}, {weight: 50%, bake: 1m}]}}";

    assertThat(written(plan(spec("replicas: 2", strategy), 2, true))).isEqualTo(golden("canary"));
  }

  @Test
  @DisplayName("lets requests wait while nothing runs, if old and new must not run at once")
  void recreate() {
    assertThat(written(plan(spec("replicas: 2", "strategy: {recreate: {}}"), 2, true)))
        .isEqualTo(golden("recreate"));
  }

  @Test
  @DisplayName("lets requests wait while the schema fits neither release, whatever the strategy")
  void standstill() {
    assertThat(written(plan(spec("replicas: 2", "strategy: {rolling: {batch: 1}}"), 2, false)))
        .isEqualTo(golden("standstill"));
  }

  @Test
  @DisplayName(
      "runs the tests of the manifest before anything is started, unless they are to be skipped")
  void tests() {
    EnvironmentSpec spec = spec("tests: {command: [sh, test.sh]}");
    Plan tested = planned(spec, false);
    Plan untested = planned(spec, true);

    assertThat(names(tested)).contains("tests");
    assertThat(tested.steps().get(names(tested).indexOf("tests")).description())
        .isEqualTo("run sh test.sh");
    assertThat(names(untested))
        .isEqualTo(names(tested).stream().filter(name -> !name.equals("tests")).toList());
    assertThat(untested.hash()).as("an approval is of one of them").isNotEqualTo(tested.hash());
    assertThat(names(planned(spec(), true))).isEqualTo(names(planned(spec(), false)));
  }

  private static Plan planned(EnvironmentSpec spec, boolean skipTests) {
    Request usual = request();
    Request request =
        new Request(
            usual.id(),
            usual.place(),
            usual.version(),
            null,
            null,
            List.of(),
            skipTests,
            null,
            usual.requestedBy(),
            null,
            null,
            usual.requestedAt(),
            null);
    return Plan.of(
        request,
        spec,
        "orders-2.zip",
        new ArtifactDigest("sha256:" + "a".repeat(64)),
        null,
        null,
        List.of(),
        List.of(),
        Path.of("/srv/orders"));
  }

  private static List<String> names(Plan plan) {
    return plan.steps().stream().map(Step::name).toList();
  }

  @Test
  @DisplayName("has nobody to take traffic from, if it is the first")
  void first() {
    assertThat(written(plan(spec(), null, true))).isEqualTo(golden("first"));
  }

  @Test
  @DisplayName("says through which router, if it is not the edge proxy")
  void router() {
    assertThat(written(plan(spec("router: haproxy"), 1, true)))
        .contains("take traffic on every instance, through haproxy");
    assertThat(plan(spec("router: haproxy"), 1, true).hash())
        .isNotEqualTo(plan(spec(), 1, true).hash());
  }

  @Test
  @DisplayName("has the same hash as another one exactly if both do the same")
  void hash() {
    Plan plan = plan(spec("environment: {A: x, B: y}"), 1, true);

    assertThat(plan.hash())
        .isEqualTo(plan(spec("environment: {B: y, A: x}"), 1, true).hash())
        .isNotEqualTo(plan(spec("environment: {A: x, B: z}"), 1, true).hash())
        .isNotEqualTo(plan(spec("environment: {A: x, B: y}"), 2, true).hash())
        .isNotEqualTo(plan(spec("environment: {A: x, B: y}"), 1, false).hash());
  }

  @Test
  @DisplayName("is another one if a migration, or the folder it is taken from, is another one")
  void hashOfFiles() {
    Plan plan = plan(spec(), 1, true);

    assertThat(plan.hash())
        .isNotEqualTo(with(plan, "cd".repeat(32), "/srv/orders").hash())
        .isNotEqualTo(with(plan, "ab".repeat(32), "/tmp/orders").hash())
        .isEqualTo(with(plan, "ab".repeat(32), "/srv/orders").hash());
  }

  @Test
  @DisplayName("that an earlier version of Fairlead has stored is read, and keeps its hash")
  void stored() {
    JsonMapper json = new JsonMapper();
    Plan earlier = with(plan(spec(), 1, true), null, null);
    String text = json.writeValueAsString(earlier);

    assertThat(text).doesNotContain("directory").doesNotContain("sha256\":");
    assertThat(json.readValue(text, Plan.class).hash()).isEqualTo(earlier.hash());
  }

  private static Plan with(Plan plan, @Nullable String sha256, @Nullable String directory) {
    PlannedMigration first = plan.migrations().getFirst();
    return new Plan(
        plan.spec(),
        plan.version(),
        plan.artifact(),
        plan.digest(),
        plan.commit(),
        plan.previous(),
        plan.decisions(),
        List.of(new PlannedMigration(first.database(), first.script(), first.compatible(), sha256)),
        plan.steps(),
        directory,
        null);
  }

  private static String written(Plan plan) {
    return plan.steps().stream()
        .map(step -> "%-9s %-17s %s\n".formatted(step.phase(), step.name(), step.description()))
        .collect(Collectors.joining());
  }

  private static String golden(String name) {
    try (InputStream file = PlanTest.class.getResourceAsStream("/plans/%s.txt".formatted(name))) {
      return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
