package dev.fairlead.deployer.deployment;

import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The idempotency keys of the rollbacks that became no deployments of their own: asked for once
 * more, they must not go further back.
 */
@Component
class RollbackKeys {

  private final JdbcClient database;

  RollbackKeys(JdbcClient database) {
    this.database = database;
  }

  /** In the transaction that turns the deployment back. */
  void keep(Place place, String key, DeploymentId deployment) {
    database
        .sql("insert into rollback_key (id, deployment) values (?, ?) on conflict do nothing")
        .params(DeploymentId.forRequest(place, key).value(), deployment.value())
        .update();
  }

  /** The deployment that goes back, or went back, for the request with this key. */
  Optional<DeploymentId> deployment(Place place, String key) {
    return database
        .sql("select deployment from rollback_key where id = ?")
        .param(DeploymentId.forRequest(place, key).value())
        .query(UUID.class)
        .optional()
        .map(DeploymentId::new);
  }
}
