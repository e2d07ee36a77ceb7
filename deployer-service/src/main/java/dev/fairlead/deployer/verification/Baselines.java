package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.events.DeploymentId;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the previous release did before a deployment first moved its traffic. */
public final class Baselines {

  private final JdbcClient database;

  public Baselines(JdbcClient database) {
    this.database = database;
  }

  public Optional<Baseline> find(DeploymentId deployment) {
    return database
        .sql("select requests, errors from baseline where deployment = ?")
        .param(deployment.value())
        .query(
            (row, number) ->
                new Baseline(
                    new Sample(row.getLong("requests"), row.getLong("errors"), Latencies.NONE)))
        .optional();
  }

  /** The first one counts: later the new release's own traffic would be in it. */
  public void remember(DeploymentId deployment, Baseline baseline) {
    database
        .sql(
            "insert into baseline (deployment, requests, errors) values (?, ?, ?) on conflict do nothing")
        .params(deployment.value(), baseline.figures().requests(), baseline.figures().errors())
        .update();
  }
}
