package dev.fairlead.adr.waiver;

import dev.fairlead.events.DecisionId;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** What was waived, and the decision that was proposed of it. */
@Component
class Waivers {

  private static final JsonMapper JSON = new JsonMapper();

  private final JdbcClient database;

  Waivers(JdbcClient database) {
    this.database = database;
  }

  /** A gate may be told of twice, with two events: it is one waiver. */
  void remember(Waived waived) {
    database
        .sql(
            """
            insert into waived (deployment, decision, document) values (?, ?, ?::jsonb)
            on conflict do nothing
            """)
        .params(
            waived.deployment().value(), waived.decision().value(), JSON.writeValueAsString(waived))
        .update();
  }

  List<Waived> unproposed() {
    return database
        .sql("select document from waived where proposed_as is null order by heard_at limit 100")
        .query(String.class)
        .list()
        .stream()
        .map(document -> JSON.readValue(document, Waived.class))
        .toList();
  }

  void proposed(Waived waived, DecisionId as) {
    database
        .sql("update waived set proposed_as = ? where deployment = ? and decision = ?")
        .params(as.value(), waived.deployment().value(), waived.decision().value())
        .update();
  }
}
