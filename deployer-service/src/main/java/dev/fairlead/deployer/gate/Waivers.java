package dev.fairlead.deployer.gate;

import dev.fairlead.events.Actor;
import dev.fairlead.events.DeploymentId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The waivers that were given. They come in over HTTP only, with a token; none is ever changed. */
public final class Waivers {

  private final JdbcClient database;

  public Waivers(JdbcClient database) {
    this.database = database;
  }

  /** The first one counts: repeating a request adds nothing to it. */
  public void give(DeploymentId deployment, Waiver waiver) {
    database
        .sql(
            """
            insert into waiver (deployment, checks, reason, given_by)
            values (?, ?, ?, ?) on conflict do nothing
            """)
        .params(
            deployment.value(),
            String.join(",", waiver.checks().stream().sorted().toList()),
            waiver.reason(),
            waiver.by().value())
        .update();
  }

  public Optional<Waiver> find(DeploymentId deployment) {
    return database
        .sql("select checks, reason, given_by from waiver where deployment = ?")
        .param(deployment.value())
        .query(
            (row, number) ->
                new Waiver(
                    Set.copyOf(List.of(row.getString("checks").split(",", -1))),
                    row.getString("reason"),
                    new Actor(row.getString("given_by"))))
        .optional();
  }
}
