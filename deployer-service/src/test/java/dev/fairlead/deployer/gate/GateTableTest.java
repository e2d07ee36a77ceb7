package dev.fairlead.deployer.gate;

import static dev.fairlead.deployer.gate.Grade.MUST;
import static dev.fairlead.deployer.gate.Grade.NICE_TO_HAVE;
import static dev.fairlead.deployer.gate.Grade.SHOULD;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.events.Actor;
import dev.fairlead.stack.testing.ArchitectureRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Every check at least once with what it is there to find, for each grade it can have. A check that
 * is added needs a row. Some rows take seconds: what cannot be reached is tried again.
 */
@DisplayName("The gates of the preflight")
class GateTableTest {

  private static final String FROZEN =
      "gates: {freezes: [{name: always, from: 2020-01-01T00:00, until: 2120-01-01T00:00}]}";

  /**
   * @param worse what is done to a deployment that passes
   * @param failures all of them: nothing else may fail
   */
  record Row(String situation, Consumer<GateScene> worse, List<Failure> failures) {

    @Override
    public String toString() {
      return situation;
    }
  }

  /**
   * @param by the class that looks
   * @param because part of what is told
   */
  record Failure(String check, Grade grade, Class<? extends Check> by, String because) {}

  private static Row row(String situation, Consumer<GateScene> worse, Failure... failures) {
    return new Row(situation, worse, List.of(failures));
  }

  static final List<Row> ROWS =
      List.of(
          row(
              "an archive that is gone",
              scene -> scene.artifact("d"),
              new Failure("artifact", MUST, InfrastructureChecks.class, "no longer in the store")),
          row(
              "no commit",
              GateScene::withoutCommit,
              new Failure("commit", NICE_TO_HAVE, DeclarationChecks.class, "names no commit")),
          row(
              "tests skipped",
              GateScene::skippingTests,
              new Failure("tests", SHOULD, DeclarationChecks.class, "skipped on request")),
          row(
              "no tests",
              scene -> scene.manifest("tests: absent"),
              new Failure("tests", NICE_TO_HAVE, DeclarationChecks.class, "has no tests")),
          row(
              "no team, so that nobody is on call either",
              scene -> scene.manifest("team: absent"),
              new Failure("team", NICE_TO_HAVE, DeclarationChecks.class, "names no team"),
              new Failure("on-call", MUST, OperationalChecks.class, "nobody is known")),
          row(
              "a decision that was superseded",
              scene -> scene.restingOn("ADR-0002"),
              new Failure("decision", MUST, DecisionChecks.class, "ADR-0002 is superseded")),
          row(
              "a decision that nobody knows",
              scene -> scene.restingOn("ADR-0404"),
              new Failure("decision", MUST, DecisionChecks.class, "ADR-0404 is not known")),
          row(
              "an incompatible migration without a backup",
              GateTableTest::withoutBackup,
              new Failure("backup", MUST, DeclarationChecks.class, "without a backup before")),
          row(
              "a compatible migration without a backup",
              scene -> withoutBackup(scene.compatible()),
              new Failure("backup", SHOULD, DeclarationChecks.class, "without a backup before")),
          row(
              "a database that a rollback has left",
              scene -> GateWorld.leftUnrestored(scene.place()),
              new Failure("restored", MUST, RestoredChecks.class, "could not be undone")),
          row(
              "a secret that is not there",
              scene -> scene.manifest("environment: {KEY: 'secret:file:/nowhere/key'}"),
              new Failure("secrets", MUST, DeclarationChecks.class, "the file cannot be read")),
          row(
              "a secret in the manifest",
              scene -> scene.manifest("environment: {API_KEY: 'open-sesame'}"),
              new Failure("secrets", SHOULD, DeclarationChecks.class, "API_KEY looks like")),
          row(
              "a freeze",
              scene -> scene.manifest(FROZEN),
              new Failure("freeze", MUST, FreezeChecks.class, "frozen (always) until 2120")),
          row(
              "a rollback in a freeze",
              scene -> scene.manifest(FROZEN).goingBack(),
              new Failure("freeze", SHOULD, FreezeChecks.class, "frozen (always) until 2120")),
          row(
              "a removal in a freeze, of what could not be deployed any more",
              scene ->
                  scene
                      .manifest(FROZEN)
                      .manifest("environment: {KEY: 'secret:file:/nowhere/key'}")
                      .artifact("d")
                      .removing(),
              new Failure("freeze", MUST, FreezeChecks.class, "frozen (always) until 2120")),
          row(
              "a removal of what is unwell, and was behind routers that are away and gone",
              scene ->
                  GateWorld.incident(scene.removing(RouterKind.TRAEFIK, RouterKind.NGINX).place()),
              new Failure("router traefik", MUST, InfrastructureChecks.class, "raefik"),
              new Failure("router nginx", SHOULD, InfrastructureChecks.class, "no longer"),
              new Failure("incidents", SHOULD, OperationalChecks.class, "incidents are open: ")),
          row(
              "an open incident, where that stops",
              scene -> GateWorld.incident(scene.place()),
              new Failure("incidents", MUST, OperationalChecks.class, "incidents are open: ")),
          row(
              "an open incident, where that is only told",
              scene -> GateWorld.incident(scene.manifest("gates: {incidents: should}").place()),
              new Failure("incidents", SHOULD, OperationalChecks.class, "incidents are open: ")),
          row(
              "nobody on call, where that stops",
              scene -> scene.manifest("team: nobodies"),
              new Failure("on-call", MUST, OperationalChecks.class, "for team nobodies")),
          row(
              "nobody on call, where that is only told",
              scene -> scene.manifest("team: nobodies").manifest("gates: {on-call: should}"),
              new Failure("on-call", SHOULD, OperationalChecks.class, "for team nobodies")),
          row(
              "a full disk",
              scene -> GateWorld.fullDisk(scene.place()),
              new Failure("disk", MUST, DiskChecks.class, "are required")),
          row(
              "a host that this deployer cannot reach, without news of its disk, and too small",
              scene ->
                  scene
                      .manifest("runtime: docker")
                      .manifest("hosts: [alpha]")
                      .manifest("command: absent")
                      .manifest("limits: {processors: 999, memory: 900GB}")
                      .manifest("artifact: {image: 'gates:1'}"),
              new Failure("runtime", MUST, InfrastructureChecks.class, "no Docker host alpha"),
              new Failure("artifact", MUST, InfrastructureChecks.class, "sha256:"),
              new Failure("capacity", MUST, CapacityChecks.class, "999 processors are asked"),
              new Failure("memory", SHOULD, CapacityChecks.class, "may use 921600 MB of memory"),
              new Failure("disk", NICE_TO_HAVE, DiskChecks.class, "not known for host alpha")),
          row(
              "a host of the release before that is silent, where that must be at rest",
              scene -> GateWorld.formerlyOn(scene, "beta"),
              new Failure("former-host", MUST, FormerHostChecks.class, "may be at work where")),
          row(
              "a host of the release before that is silent, where nothing depends on it",
              scene -> GateWorld.formerlyOn(scene.compatible(), "beta"),
              new Failure("former-host", SHOULD, FormerHostChecks.class, "host beta: it is away")),
          row(
              "a host of the release before that was taken out of the settings",
              scene -> GateWorld.formerlyOn(scene, "gamma"),
              new Failure("former-host", SHOULD, FormerHostChecks.class, "has no longer")),
          row(
              "a router that is away, holds no requests and counts none",
              scene -> scene.manifest("router: traefik"),
              new Failure("router", MUST, InfrastructureChecks.class, "raefik"),
              new Failure("hold", MUST, RouterChecks.class, "cannot hold requests back"),
              new Failure("figures", SHOULD, RouterChecks.class, "counts no requests")));

  private static void withoutBackup(GateScene scene) {
    scene.manifest(
        "databases: {main: {name: gates, username: gates, migrations: migrations, backup: {before-deploy: false}}}");
  }

  private static GateWorld world;

  @BeforeAll
  static void open(@TempDir Path folder) throws Exception {
    world = new GateWorld(folder);
  }

  @AfterAll
  static void close() {
    world.close();
  }

  @Test
  @DisplayName("let pass what is as it should be, and have a row here for each check")
  void complete() throws Exception {
    GateReport report = world.report(world.scene().candidate());

    assertThat(report.findings()).allMatch(Finding::passed);
    assertThat(failures().map(Failure::check))
        .as("checks with a row")
        .containsAll(report.findings().stream().map(GateTableTest::nameOf).toList());
    assertThat(failures().map(Failure::by).map(Class::getName))
        .as("classes with a row")
        .containsAll(
            ArchitectureRules.classesOf("dev.fairlead.deployer").stream()
                .filter(one -> one.isAssignableTo(Check.class) && !one.isInterface())
                .map(JavaClass::getName)
                .toList());
    assertThat(report.findings().stream().map(Finding::gate).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(Gate.values());
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("ROWS")
  @DisplayName("stop or tell, with the reason and what to do:")
  void rows(Row row) throws Exception {
    GateScene scene = world.scene();
    row.worse().accept(scene);

    GateReport report = world.report(scene.candidate());

    List<Finding> failed = report.findings().stream().filter(one -> !one.passed()).toList();
    assertThat(failed.stream().map(one -> nameOf(one) + " " + one.grade()))
        .containsExactlyInAnyOrderElementsOf(
            row.failures().stream().map(one -> one.check() + " " + one.grade()).toList());
    for (Failure failure : row.failures()) {
      Finding finding =
          failed.stream()
              .filter(one -> nameOf(one).equals(failure.check()))
              .findFirst()
              .orElseThrow();
      assertThat(finding.detail()).contains(failure.because());
      assertThat(finding.advice()).isNotBlank();
      assertThat(report.failures().contains(finding.detail())).isEqualTo(failure.grade() == MUST);
      assertThat(report.summary().contains(finding.detail())).isEqualTo(failure.grade() == SHOULD);
    }
    assertThat(report.passed())
        .isEqualTo(row.failures().stream().noneMatch(one -> one.grade() == MUST));
  }

  @Test
  @DisplayName("tell everything that stops at once")
  void atOnce() throws Exception {
    GateScene scene = stoppedByEverybody();

    GateReport report = world.report(scene.candidate());

    assertThat(report.findings().stream().filter(Finding::stops).map(GateTableTest::nameOf))
        .containsExactlyInAnyOrder(
            "artifact",
            "decision",
            "restored",
            "secrets",
            "freeze",
            "incidents",
            "on-call",
            "backup",
            "disk");
    assertThat(report.findings().stream().filter(Finding::stops))
        .allSatisfy(
            finding -> {
              assertThat(report.failures()).contains(finding.detail());
              assertThat(report.advice()).contains(String.valueOf(finding.advice()));
            });
  }

  @Test
  @DisplayName("let go on what an approver waives, by name and with the reason, and nothing else")
  void waived() throws Exception {
    Candidate candidate = stoppedByEverybody().candidate();
    world.waive(candidate, new Waiver(Waiver.WAIVABLE, "the shop is down", new Actor("april")));

    GateReport report = world.report(candidate);

    assertThat(report.findings().stream().filter(Finding::stops).map(GateTableTest::nameOf))
        .containsExactlyInAnyOrder("artifact", "secrets", "backup", "disk");
    List<Finding> waived =
        report.findings().stream().filter(one -> one.detail().contains("waived")).toList();
    assertThat(waived.stream().map(GateTableTest::nameOf))
        .containsExactlyInAnyOrder("decision", "restored", "freeze", "incidents", "on-call");
    assertThat(waived)
        .allSatisfy(
            one -> {
              assertThat(one.passed()).isFalse();
              assertThat(one.detail()).endsWith("(waived by april: the shop is down)");
            });
    assertThat(
            failures()
                .filter(one -> one.grade() == MUST)
                .map(Failure::check)
                .collect(Collectors.toSet()))
        .as("each that can be waived has a row in which it stops")
        .containsAll(Set.of("decision", "restored", "freeze", "incidents", "on-call"));
  }

  private static GateScene stoppedByEverybody() {
    GateScene scene = world.scene();
    withoutBackup(scene);
    GateWorld.leftUnrestored(scene.place());
    GateWorld.incident(scene.place());
    GateWorld.fullDisk(scene.place());
    return scene
        .artifact("d")
        .restingOn("ADR-0404")
        .manifest("environment: {KEY: 'secret:file:/nowhere/key'}")
        .manifest("team: nobodies")
        .manifest(FROZEN.replace("gates: {", "gates: {on-call: must, incidents: must, "));
  }

  private static Stream<Failure> failures() {
    return ROWS.stream().flatMap(row -> row.failures().stream());
  }

  /** All decisions are one check. */
  private static String nameOf(Finding finding) {
    return finding.check().startsWith(DecisionChecks.NAME) ? "decision" : finding.check();
  }
}
