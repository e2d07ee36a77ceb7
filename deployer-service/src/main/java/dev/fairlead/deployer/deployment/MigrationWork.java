package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.AppliedManifest;
import dev.fairlead.deployer.manifest.EnvironmentSpec.Database;
import dev.fairlead.deployer.migration.Migration;
import dev.fairlead.deployer.migration.MigrationResult;
import dev.fairlead.deployer.migration.Migrations;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.events.DatabaseId;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Changes schemas, once, before the traffic moves. */
record MigrationWork(
    Applications applications, Artifacts artifacts, Databases databases, Migrations migrations) {

  StepResult migrate(Plan plan, DatabaseId id) throws InterruptedException {
    Database database =
        plan.spec().databases().stream()
            .filter(known -> known.id().equals(id))
            .findFirst()
            .orElseThrow();
    return switch (migrations.migrate(scripts(plan, database), databases.access(database))) {
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
              failed.applied().isEmpty(),
              List.of());
    };
  }

  private Path scripts(Plan plan, Database database) {
    Path manifestFolder =
        applications.find(plan.place().application()).map(AppliedManifest::directory).orElseThrow();
    return artifacts.migrations(
        plan.spec(), plan.digest(), Objects.requireNonNull(database.migrations()), manifestFolder);
  }
}
