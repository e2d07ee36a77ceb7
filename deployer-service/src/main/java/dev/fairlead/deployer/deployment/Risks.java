package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Work;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentEvent.DataAtRisk;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What restoring the databases of a deployment sets aside, as far as the deployment knows. Pure.
 */
record Risks(Deployment deployment) {

  List<DataAtRisk> of(List<DatabaseId> databases) {
    return databases.stream().map(this::of).toList();
  }

  private DataAtRisk of(DatabaseId database) {
    DataAtRisk known =
        deployment.dataAtRisk().stream()
            .filter(risk -> risk.database().equals(database))
            .findFirst()
            .orElseGet(() -> new DataAtRisk(database, null, null, null, null, null));
    return known.since() != null
        ? known
        : new DataAtRisk(database, backedUpAt(database), null, null, null, known.restoreMillis());
  }

  /** Since when the backup of this deployment lacks writes. */
  private @Nullable Instant backedUpAt(DatabaseId database) {
    return deployment.known().steps().stream()
        .filter(step -> step.work().equals(new Work.BackUp(database)))
        .flatMap(step -> deployment.history().stream().filter(done -> done.isSuccessOf(step)))
        .map(StepRecord::startedAt)
        .findFirst()
        .orElse(null);
  }
}
