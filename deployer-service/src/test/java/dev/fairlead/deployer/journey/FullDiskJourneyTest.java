package dev.fairlead.deployer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.disk.SmallDisk;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.events.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that the deployer, the processes and the edge proxy keep is on a small disk, which a
 * hook fills up before the phase that the commit names.
 */
@DisplayName("A disk that fills up during a deployment")
class FullDiskJourneyTest {

  private static final Place PLACE = Place.of("cramped", "staging");

  private static SmallDisk disk;
  private static Path home;
  private static Stage stage;

  @BeforeAll
  static void set(@TempDir Path elsewhere) throws Exception {
    disk = SmallDisk.mount(48);
    home = disk.folder().resolve("home");
    stage = Stage.set(disk.folder());
    for (String version : List.of("1", "2", "3", "4", "5", "6")) {
      stage.built(version, "good");
    }
    Path filler =
        Files.writeString(
            elsewhere.resolve("fill.sh"),
            """
            test "$FAIRLEAD_COMMIT" = "$FAIRLEAD_PHASE" || exit 0
            dd if=/dev/zero of=fill bs=4k 2> /dev/null
            test "$FAIRLEAD_PHASE" != verify
            """);
    StringBuilder hooks = new StringBuilder("hooks:\n");
    for (String phase : List.of("preflight", "rollout", "verify")) {
      hooks.append(
          "  - {name: fill-%1$s, before: %1$s, command: [sh, '%2$s']}\n".formatted(phase, filler));
    }
    stage.applied(
        "cramped",
        hooks.toString(),
        "bake: 0s",
        "verification: {checks: [{path: /health}], window: 0s}");
    assertThat(stage.ended(requested("1", "none")).text("state")).isEqualTo("succeeded");
  }

  @AfterAll
  static void strike() throws Exception {
    if (stage != null) {
      stage.strike(PLACE);
    }
    if (disk != null) {
      disk.close();
    }
  }

  @AfterEach
  void free() throws IOException {
    disk.free();
  }

  @Test
  @DisplayName("before the archive is taken over is told with the folder, and nothing is begun")
  void copying() throws Exception {
    String serving = serving();
    disk.fill();

    Stage.Answer ended = stage.ended(requested("2", "none"));

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("failed");
    assertThat(ended.text("reason"))
        .endsWith(
            "app-2.zip cannot be used: copying it failed: the disk of %s is full"
                .formatted(home.resolve("archives")));
    assertThat(ended.text("advice")).isEqualTo("free space there, then deploy again");
    requireAsBefore(serving);
    requireNextSucceeds("2");
  }

  @Test
  @DisplayName("while the archive is unpacked stops at the gates, and leaves no half of it")
  void unpacking() throws Exception {
    String serving = serving();
    Stage.Answer ended = stage.ended(requested("3", "preflight"));

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("failed");
    assertThat(ended.text("reason"))
        .contains(
            "unpacking it failed: the disk of %s is full".formatted(home.resolve("archives")));
    assertThat(ended.text("advice")).contains("free space there, then deploy again");
    requireAsBefore(serving);
    requireNextSucceeds("3");
  }

  @Test
  @DisplayName("before an instance is started starts none, and the old release keeps serving")
  void starting() throws Exception {
    String serving = serving();
    Stage.Answer ended;
    try (Visitors visitors = new Visitors(stage, "cramped", "staging")) {
      ended = stage.ended(requested("4", "rollout"));
      visitors.requireAllAnswered(1);
    }

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("rolled-back");
    assertThat(ended.text("reason"))
        .isEqualTo("no instance is started: the disk of %s is full".formatted(home));
    assertThat(ended.text("advice")).isEqualTo("free space there, then deploy again");
    requireAsBefore(serving);
    requireNextSucceeds("4");
  }

  @Test
  @DisplayName("when the new release serves already does not keep it from being taken back")
  void goingBack() throws Exception {
    String serving = serving();
    Stage.Answer ended;
    try (Visitors visitors = new Visitors(stage, "cramped", "staging")) {
      ended = stage.ended(requested("5", "verify"));
      visitors.requireAllAnswered(1);
    }

    assertThat(ended.text("state")).as(ended.toString()).isEqualTo("rolled-back");
    assertThat(ended.text("reason")).startsWith("hook fill-verify failed");
    assertThat(stage.visit("cramped", "staging").body())
        .as("on the full disk")
        .isEqualTo("version " + serving);
    requireAsBefore(serving);
    requireNextSucceeds("5");
  }

  private static String requested(String version, String commit) {
    return stage
        .post(
            "dora",
            "/deployments",
            Map.of(
                "application",
                "cramped",
                "environment",
                "staging",
                "version",
                version,
                "commit",
                commit))
        .text("deployment");
  }

  private static String serving() {
    return stage.visit("cramped", "staging").body().replace("version ", "");
  }

  private static void requireAsBefore(String version) throws IOException {
    assertThat(instances()).as("and no other").containsExactly(version, version);
    assertThat(serving()).isEqualTo(version);
    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files.map(Path::toString)).as("halves").noneMatch(file -> file.endsWith(".part"));
    }
    try (Stream<Path> kept = Files.list(home.resolve("processes/instances"))) {
      assertThat(kept).hasSize(2);
    }
  }

  private static void requireNextSucceeds(String version) throws IOException {
    disk.free();
    Stage.Answer next = stage.ended(requested(version, "none"));
    assertThat(next.text("state")).as(next.toString()).isEqualTo("succeeded");
    assertThat(instances()).containsExactly(version, version);
    assertThat(serving()).isEqualTo(version);
  }

  private static List<String> instances() {
    return stage.bean(Runtimes.class).of(RuntimeKind.PROCESS).observe(PLACE).stream()
        .map(Instance::version)
        .map(Object::toString)
        .toList();
  }
}
