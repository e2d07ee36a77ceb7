package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.loss.Losses;
import dev.fairlead.deployer.loss.Moment;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.migration.Migration;
import dev.fairlead.deployer.migration.MigrationMark;
import dev.fairlead.deployer.migration.MigrationResult;
import dev.fairlead.deployer.migration.Migrations;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Changes schemas, once, before the traffic moves. */
record MigrationWork(
    ManifestFolders folders,
    Artifacts artifacts,
    Databases databases,
    Migrations migrations,
    MigrationMarks marks,
    Losses losses,
    Clock clock) {

  /** Nobody is held up because something could not be counted. */
  StepResult noteWrites(Deployment deployment, DatabaseId id) {
    return losses.mark(deployment.id(), database(deployment.known(), id), Moment.BACKUP)
        ? StepResult.succeeded("noted")
        : StepResult.succeeded(
            "could not be counted: a rollback will not tell how much it sets aside");
  }

  StepResult countLoss(Deployment deployment, DatabaseId id) {
    DataAtRisk risk = losses.since(deployment.id(), database(deployment.known(), id));
    return new StepResult.Counted(risk, Losses.sentence(risk));
  }

  StepResult migrate(Deployment deployment, DatabaseId id, long fence) throws InterruptedException {
    Plan plan = deployment.known();
    Database database = database(plan, id);
    boolean counted = plan.changesIncompatibly(id);
    MigrationMark mark = marks.of(deployment, id, fence);
    StepResult result =
        migrate(
            plan,
            database,
            longest(deployment),
            counted ? counting(deployment, database, mark) : mark);
    if (counted && result instanceof StepResult.Succeeded) {
      losses.mark(deployment.id(), database, Moment.MIGRATED);
    }
    return result;
  }

  /** What the migrations write themselves is no loss. */
  private MigrationMark counting(Deployment deployment, Database database, MigrationMark mark) {
    return new MigrationMark() {
      @Override
      public Optional<List<String>> begunWith() {
        return mark.begunWith();
      }

      @Override
      public void begin(List<String> pending) {
        losses.mark(deployment.id(), database, Moment.MIGRATING);
        mark.begin(pending);
      }
    };
  }

  /** Until the deployment's deadline. */
  private Duration longest(Deployment deployment) {
    return deployment.state() instanceof DeploymentState.Running running
        ? Duration.between(clock.instant(), running.deadline())
        : Duration.ZERO;
  }

  private StepResult migrate(Plan plan, Database database, Duration longest, MigrationMark mark)
      throws InterruptedException {
    return switch (migrations.migrate(
        scripts(plan, database),
        databases.access(database),
        planned(plan, database),
        longest,
        mark)) {
      case MigrationResult.Applied(var applied) ->
          StepResult.succeeded(
              applied.isEmpty()
                  ? "nothing left to apply"
                  : applied.stream()
                      .map(Migration::script)
                      .collect(Collectors.joining(", ", "applied ", "")));
      case MigrationResult.Failed failed ->
          new StepResult.Failed(
              "%s failed: %s".formatted(failed.failed(), failed.reason()),
              failed.advice(),
              failed.changedNothing(),
              List.of());
    };
  }

  private static Map<String, String> planned(Plan plan, Database database) {
    Map<String, String> fingerprints = new HashMap<>();
    for (PlannedMigration migration : plan.migrations()) {
      if (migration.database().equals(database.id()) && migration.sha256() != null) {
        fingerprints.put(migration.script(), migration.sha256());
      }
    }
    return fingerprints;
  }

  private static Database database(Plan plan, DatabaseId id) {
    return plan.spec().databases().stream()
        .filter(known -> known.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private Path scripts(Plan plan, Database database) {
    return artifacts.migrations(
        plan.spec(),
        plan.digest(),
        Objects.requireNonNull(database.migrations()),
        folders.of(plan));
  }
}
