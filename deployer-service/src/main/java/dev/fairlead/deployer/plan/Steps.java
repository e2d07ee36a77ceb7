package dev.fairlead.deployer.plan;

import dev.fairlead.deployer.manifest.ArtifactSource;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.rollout.Range;
import dev.fairlead.deployer.rollout.Standstill;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The steps of a plan, from what the manifest says. Pure. */
final class Steps {

  private final EnvironmentSpec spec;
  private final Request request;
  private final Plan.@Nullable Previous previous;
  private final List<PlannedMigration> migrations;
  private final List<Step> steps = new ArrayList<>();

  private Steps(
      EnvironmentSpec spec,
      Request request,
      Plan.@Nullable Previous previous,
      List<PlannedMigration> migrations) {
    this.spec = spec;
    this.request = request;
    this.previous = previous;
    this.migrations = migrations;
  }

  static List<Step> of(
      EnvironmentSpec spec,
      Request request,
      Plan.@Nullable Previous previous,
      List<PlannedMigration> migrations) {
    Steps steps = new Steps(spec, request, previous, migrations);
    steps.preflight();
    steps.backup();
    steps.prepare();
    steps.test();
    steps.build();
    steps.rollout();
    steps.verify();
    steps.bake();
    return new HookedSteps(spec.hooks()).around(steps.steps);
  }

  private void preflight() {
    add(Phase.PREFLIGHT, "gates", "check all gates", new Work.CheckGates());
  }

  private void backup() {
    if (request.isRollback()) {
      return;
    }
    spec.databases().stream()
        .filter(database -> database.backup().beforeDeploy())
        .forEach(this::backup);
  }

  private void backup(Database database) {
    if (migrations.stream()
        .anyMatch(one -> one.database().equals(database.id()) && !one.compatible())) {
      add(
          Phase.BACKUP,
          "note-writes-" + database.key(),
          "note what was written to %s so far, to tell what a rollback would set aside"
              .formatted(database.id()),
          new Work.NoteWrites(database.id()));
    }
    add(
        Phase.BACKUP,
        "back-up-" + database.key(),
        "back up %s and wait for it".formatted(database.id()),
        new Work.BackUp(database.id()));
  }

  private void prepare() {
    if (!builds()) {
      recordRelease(Phase.PREPARE);
    }
  }

  /** What a release is, is known when its image is there. */
  private void recordRelease(Phase phase) {
    add(
        phase,
        "record-release",
        "record the release of %s".formatted(request.version()),
        new Work.RecordRelease());
  }

  private boolean builds() {
    String asked = request.artifact();
    return spec.artifact() instanceof ArtifactSource.Build
        && !request.isRollback()
        && (asked == null || !asked.startsWith("sha256:"));
  }

  private void test() {
    if (spec.tests() != null && !request.skipTests() && !request.isRollback()) {
      add(
          Phase.TEST,
          "tests",
          "run %s".formatted(String.join(" ", spec.tests().command())),
          new Work.RunTests());
    }
  }

  private void build() {
    if (builds()) {
      add(Phase.BUILD, "image", "build the image, unless it is there", new Work.BuildImage());
      recordRelease(Phase.BUILD);
    }
    String where =
        spec.hosts().equals(List.of(HostName.LOCAL))
            ? ""
            : " on " + String.join(", ", spec.hosts().stream().map(HostName::value).toList());
    add(
        Phase.BUILD,
        "artifact",
        "make the artifact ready to start" + where,
        new Work.PrepareArtifact());
  }

  private void rollout() {
    int before = previous == null ? 0 : previous.replicas();
    RolloutSteps moves = new RolloutSteps(spec.replicas());
    if (standstill()) {
      Standstill standstill = new Standstill(before, spec.replicas());
      steps.addAll(moves.of(standstill.halt()));
      if (spec.strategy().exclusive()) {
        stopOld(Phase.ROLLOUT);
      }
      migrate();
      steps.addAll(moves.of(standstill.resume()));
    } else {
      migrate();
      steps.addAll(moves.of(spec.strategy().moves(before, spec.replicas())));
    }
  }

  /** Neither release may meet requests while the schema fits only one of them. */
  private boolean standstill() {
    return previous != null && migrations.stream().anyMatch(migration -> !migration.compatible());
  }

  private void migrate() {
    spec.databases().stream().filter(this::isMigrated).forEach(this::migrate);
  }

  private boolean isMigrated(Database database) {
    return migrations.stream().anyMatch(migration -> migration.database().equals(database.id()));
  }

  private void migrate(Database database) {
    DatabaseId id = database.id();
    List<PlannedMigration> own =
        migrations.stream().filter(migration -> migration.database().equals(id)).toList();
    boolean compatible = own.stream().allMatch(PlannedMigration::compatible);
    add(
        Phase.ROLLOUT,
        "migrate-" + database.key(),
        "run %s on %s; %s"
            .formatted(
                String.join(", ", own.stream().map(PlannedMigration::script).toList()),
                id,
                compatible
                    ? "compatible with the release before"
                    : "not compatible: nobody is served meanwhile, and a rollback restores the backup"),
        new Work.Migrate(id));
  }

  private void verify() {
    if (!spec.verification().checks().isEmpty()) {
      add(
          Phase.VERIFY,
          "answers",
          "ask every instance %d check(s)".formatted(spec.verification().checks().size()),
          new Work.CheckAnswers());
    }
    Suite.of(spec.verification()).forEach(this::suite);
    if (!spec.verification().window().isZero()) {
      add(
          Phase.VERIFY,
          "traffic-figures",
          "watch errors and latency at the router for %d s"
              .formatted(spec.verification().window().toSeconds()),
          new Work.CheckTraffic());
    }
    add(
        Phase.VERIFY,
        "serving",
        "see the exact artifact take traffic on every instance" + throughRouter(),
        new Work.ConfirmServing());
  }

  /** The edge proxy goes without saying. */
  private String throughRouter() {
    RouterKind kind = spec.route().kind();
    return kind == RouterKind.EDGE ? "" : ", through " + kind.word();
  }

  private void suite(Suite suite) {
    add(Phase.VERIFY, suite.stepName(), suite.description(), new Work.RunSuite(suite));
  }

  private void bake() {
    if (!spec.bake().isZero()) {
      add(Phase.BAKE, "bake", "watch for %d s".formatted(spec.bake().toSeconds()), new Work.Bake());
      add(Phase.BAKE, "still-serving", "see it serve once more", new Work.ConfirmServing());
    }
    if (previous != null
        && !spec.strategy().exclusive()
        && (standstill() || spec.strategy().keepsOldWarm())) {
      stopOld(Phase.BAKE);
    }
  }

  private void stopOld(Phase phase) {
    Range all = new Range(1, Objects.requireNonNull(previous).replicas());
    steps.add(RolloutSteps.stopOld(phase, all, ""));
  }

  private void add(Phase phase, String name, String description, Work work) {
    steps.add(new Step(phase, name, description, work));
  }
}
