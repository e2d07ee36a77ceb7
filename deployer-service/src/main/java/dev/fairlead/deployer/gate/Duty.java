package dev.fairlead.deployer.gate;

import dev.fairlead.events.AlertEvent.OnCallChanged;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who is on call, as it was last told. */
public final class Duty {

  private final JdbcClient database;

  public Duty(JdbcClient database) {
    this.database = database;
  }

  /**
   * A late report does not undo a newer one.
   *
   * @param at when that was said
   */
  public void remember(OnCallChanged change, Instant at) {
    database
        .sql(
            """
            insert into duty (team, people, until, told_at) values (?, ?, ?, ?)
            on conflict (team) do update set people = excluded.people, until = excluded.until,
              told_at = excluded.told_at where duty.told_at <= excluded.told_at
            """)
        .param(change.team())
        .param(String.join("\n", change.onCall()))
        .param(change.until() == null ? null : Timestamp.from(change.until()))
        .param(Timestamp.from(at))
        .update();
  }

  /** Empty when nobody is, and when nobody ever said. */
  List<String> onCall(String team, Instant now) {
    return database
        .sql("select people from duty where team = ? and (until is null or until > ?)")
        .params(team, Timestamp.from(now))
        .query(String.class)
        .optional()
        .stream()
        .flatMap(String::lines)
        .filter(person -> !person.isBlank())
        .toList();
  }
}
