package dev.fairlead.alert.schedule;

import static dev.fairlead.alert.Moments.at;
import static dev.fairlead.alert.Moments.atOrNull;
import static dev.fairlead.alert.Moments.instantOrNull;

import dev.fairlead.events.AlertEvent.OnCallChanged;
import dev.fairlead.events.Envelope;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells who is on call, whenever that differs from what was told last: also after a restart, an
 * outage or a change of the settings. What was told and the event are one transaction.
 */
final class DutyDesk {

  private static final Logger LOG = LoggerFactory.getLogger(DutyDesk.class);

  private final Rotas rotas;
  private final Substitutions substitutions;
  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Outbox outbox;
  private final Clock clock;

  DutyDesk(
      Rotas rotas,
      Substitutions substitutions,
      JdbcClient database,
      TransactionTemplate transaction,
      Outbox outbox,
      Clock clock) {
    this.rotas = rotas;
    this.substitutions = substitutions;
    this.database = database;
    this.transaction = transaction;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * What others are told.
   *
   * @param until when nobody is on call any more, if that is what comes next: a change to somebody
   *     else is told when it comes, and until then nobody need think that there is nobody
   */
  private record Told(List<String> people, @Nullable Instant until) {}

  void tellWhatChanged() {
    Instant now = clock.instant();
    Map<String, Told> last = lastTold();
    Map<String, Told> current = new HashMap<>();
    last.keySet().forEach(team -> current.put(team, new Told(List.of(), null)));
    rotas.all().forEach(rota -> current.put(rota.team(), current(rota, now)));
    current.forEach(
        (team, told) -> {
          if (!told.equals(last.get(team))) {
            tell(team, told, now);
          }
        });
  }

  private Told current(Rota rota, Instant now) {
    List<Substitution> stands = substitutions.notEnded(rota.team(), now);
    Shift shift = rota.shift(now, stands);
    Instant until = shift.until();
    boolean nobodyNext = until != null && rota.onCall(until, stands).isEmpty();
    return new Told(shift.people(), nobodyNext ? until : null);
  }

  /** Of several instances one tells, and none tells what has become outdated meanwhile. */
  private void tell(String team, Told current, Instant now) {
    transaction.executeWithoutResult(
        status -> {
          int changed =
              database
                  .sql(
                      """
                      insert into on_call (team, people, until, told_at)
                      values (:team, :people, :until, :now)
                      on conflict (team) do update set people = excluded.people,
                        until = excluded.until, told_at = excluded.told_at
                      where on_call.told_at <= excluded.told_at and (on_call.people, on_call.until)
                        is distinct from (excluded.people, excluded.until)
                      """)
                  .param("team", team)
                  .param("people", String.join("\n", current.people()))
                  .param("until", atOrNull(current.until()))
                  .param("now", at(now))
                  .update();
          if (changed > 0) {
            outbox.append(
                Envelope.of(
                    "alert", now, new OnCallChanged(team, current.people(), current.until())));
            LOG.info("team={} on-call={} until={}", team, current.people(), current.until());
          }
        });
  }

  private Map<String, Told> lastTold() {
    Map<String, Told> last = new HashMap<>();
    database
        .sql("select team, people, until from on_call")
        .query(
            row -> {
              last.put(
                  row.getString("team"),
                  new Told(row.getString("people").lines().toList(), instantOrNull(row, "until")));
            });
    return last;
  }
}
