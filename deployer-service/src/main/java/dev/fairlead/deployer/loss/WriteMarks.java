package dev.fairlead.deployer.loss;

import dev.fairlead.events.DatabaseId;
import dev.fairlead.events.DeploymentId;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** What was counted in the course of deployments. */
final class WriteMarks {

  private static final JsonMapper JSON = new JsonMapper();

  private final JdbcClient database;

  WriteMarks(JdbcClient database) {
    this.database = database;
  }

  /** The first count before something counts, and the last one after it: steps are repeated. */
  void set(DeploymentId deployment, DatabaseId counted, Moment moment, WriteCounts counts) {
    database
        .sql(
            """
            insert into write_mark (deployment, database, moment, counts) values (?, ?, ?, ?::jsonb)
            on conflict (deployment, database, moment) do %s
            """
                .formatted(
                    moment == Moment.MIGRATED ? "update set counts = excluded.counts" : "nothing"))
        .params(deployment.value(), counted.value(), moment.word(), JSON.writeValueAsString(counts))
        .update();
  }

  Map<Moment, WriteCounts> of(DeploymentId deployment, DatabaseId counted) {
    Map<Moment, WriteCounts> marks = new EnumMap<>(Moment.class);
    database
        .sql("select moment, counts from write_mark where deployment = ? and database = ?")
        .params(deployment.value(), counted.value())
        .query(
            row -> {
              marks.put(
                  Moment.valueOf(row.getString("moment").toUpperCase(Locale.ROOT)),
                  JSON.readValue(row.getString("counts"), WriteCounts.class));
            });
    return marks;
  }
}
