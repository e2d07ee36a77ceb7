package dev.fairlead.adr.waiver;

import dev.fairlead.events.DecisionId;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was waived, and the decision that was proposed of it. */
@Component
class Waivers {

  private final JdbcClient database;

  Waivers(JdbcClient database) {
    this.database = database;
  }

  /** A gate may be told of twice, with two events: it is one waiver. */
  void remember(Waived waived) {
    Kept kept = Kept.of(waived);
    database
        .sql(
            """
            insert into waived (deployment, decision, document) values (?, ?, ?::jsonb)
            on conflict do nothing
            """)
        .params(kept.deployment(), kept.decision(), kept.document())
        .update();
  }

  /** Those that failed before come last. */
  List<Kept> unproposed() {
    return database
        .sql(
            """
            select deployment, decision, document from waived
            where proposed_as is null and given_up is null
            order by tries, heard_at limit 100
            """)
        .query(Kept.class)
        .list();
  }

  void proposed(Kept kept, DecisionId as) {
    database
        .sql("update waived set proposed_as = ? where deployment = ? and decision = ?")
        .params(as.value(), kept.deployment(), kept.decision())
        .update();
  }

  /**
   * One more try failed.
   *
   * @param most tries, after which it is left to a person
   * @return whether it is
   */
  boolean failed(Kept kept, String reason, int most) {
    return database
        .sql(
            """
            update waived
            set tries = tries + 1, given_up = case when tries + 1 >= ? then ? end
            where deployment = ? and decision = ?
            returning given_up is not null
            """)
        .params(most, reason, kept.deployment(), kept.decision())
        .query(Boolean.class)
        .single();
  }
}
