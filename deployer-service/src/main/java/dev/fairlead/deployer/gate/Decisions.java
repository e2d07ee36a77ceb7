package dev.fairlead.deployer.gate;

import dev.fairlead.events.DecisionEvent.DecisionState;
import dev.fairlead.events.DecisionEvent.DecisionStatus;
import dev.fairlead.events.DecisionId;
import java.sql.Date;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What adr-service last said of each decision, kept here so that gates work while it is down. */
public final class Decisions {

  private final JdbcClient database;

  public Decisions(JdbcClient database) {
    this.database = database;
  }

  public void remember(DecisionState state) {
    database
        .sql(
            """
            insert into decision_state (decision, title, status, review_by, superseded_by)
            values (?, ?, ?, ?, ?)
            on conflict (decision) do update set title = excluded.title,
              status = excluded.status, review_by = excluded.review_by,
              superseded_by = excluded.superseded_by
            """)
        .param(state.decision().value())
        .param(state.title())
        .param(state.status().name())
        .param(state.reviewBy() == null ? null : Date.valueOf(state.reviewBy()))
        .param(state.supersededBy() == null ? null : state.supersededBy().value())
        .update();
  }

  /** Why a deployment may not rest on the decision; empty when it may. */
  Optional<String> objection(DecisionId decision, LocalDate today) {
    return find(decision)
        .map(known -> objection(decision, known, today))
        .orElseGet(() -> Optional.of("decision %s is not known".formatted(decision)));
  }

  private static Optional<String> objection(DecisionId decision, Known known, LocalDate today) {
    if (known.status() != DecisionStatus.ACCEPTED) {
      return Optional.of(
          "decision %s is %s%s"
              .formatted(
                  decision,
                  known.status().name().toLowerCase(Locale.ROOT),
                  known.supersededBy() == null ? "" : " by " + known.supersededBy()));
    }
    LocalDate reviewBy = known.reviewBy();
    return reviewBy != null && reviewBy.isBefore(today)
        ? Optional.of("decision %s was to be reviewed by %s".formatted(decision, reviewBy))
        : Optional.empty();
  }

  private Optional<Known> find(DecisionId decision) {
    return database
        .sql("select status, review_by, superseded_by from decision_state where decision = ?")
        .param(decision.value())
        .query(
            (row, number) -> {
              Date reviewBy = row.getDate("review_by");
              return new Known(
                  DecisionStatus.valueOf(row.getString("status")),
                  reviewBy == null ? null : reviewBy.toLocalDate(),
                  row.getString("superseded_by"));
            })
        .optional();
  }

  private record Known(
      DecisionStatus status, @Nullable LocalDate reviewBy, @Nullable String supersededBy) {}
}
