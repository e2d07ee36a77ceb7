package dev.fairlead.alert.route;

import static dev.fairlead.alert.Moments.at;
import static dev.fairlead.alert.Moments.instant;

import dev.fairlead.events.Actor;
import dev.fairlead.events.AlertEvent.LabelMatcher;
import dev.fairlead.events.AlertEvent.SilenceCreated;
import dev.fairlead.events.AlertEvent.SilenceExpired;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.SilenceId;
import dev.fairlead.service.outbox.Outbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** All silences. An end is final: one that has ended never comes back. */
public final class Silences {

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Outbox outbox;
  private final JsonMapper json;

  public Silences(
      JdbcClient database, TransactionTemplate transaction, Outbox outbox, JsonMapper json) {
    this.database = database;
    this.transaction = transaction;
    this.outbox = outbox;
    this.json = json;
  }

  public void create(Silence silence, Instant now) {
    transaction.executeWithoutResult(
        status -> {
          database
              .sql(
                  """
                  insert into silence (id, matchers, starts_at, ends_at, created_by, comment)
                  values (?, ?::jsonb, ?, ?, ?, ?)
                  """)
              .params(
                  silence.id().value(),
                  json.writeValueAsString(silence.matchers()),
                  at(silence.startsAt()),
                  at(silence.endsAt()),
                  silence.createdBy().value(),
                  silence.comment())
              .update();
          outbox.append(Envelope.of("alert", now, created(silence)).by(silence.createdBy()));
        });
  }

  /** In force now, or later. */
  public List<Silence> notEnded(Instant now) {
    return database
        .sql("select * from silence where not ended and ends_at > ? order by ends_at, id")
        .param(at(now))
        .query(this::silence)
        .list();
  }

  public List<Silence> inForce(Instant now) {
    return notEnded(now).stream().filter(silence -> !now.isBefore(silence.startsAt())).toList();
  }

  public Optional<Silence> find(SilenceId id) {
    return database
        .sql("select * from silence where id = ?")
        .param(id.value())
        .query(this::silence)
        .optional();
  }

  /** Its time is up as of now; whether there was one in force, or to come. */
  public boolean end(SilenceId id, Instant now) {
    return database
            .sql(
                """
                update silence
                set ends_at = :now, starts_at = least(starts_at, :now - interval '1 microsecond')
                where id = :id and not ended and ends_at > :now
                """)
            .param("now", at(now))
            .param("id", id.value())
            .update()
        > 0;
  }

  /** Announces those whose time is up, and says how many. */
  public int endDue(Instant now) {
    List<UUID> due =
        database
            .sql("select id from silence where not ended and ends_at <= ? order by ends_at")
            .param(at(now))
            .query(UUID.class)
            .list();
    due.forEach(id -> expire(new SilenceId(id), now));
    return due.size();
  }

  private void expire(SilenceId id, Instant now) {
    transaction.executeWithoutResult(
        status -> {
          int expired =
              database
                  .sql("update silence set ended = true where id = ? and not ended")
                  .param(id.value())
                  .update();
          if (expired > 0) {
            outbox.append(Envelope.of("alert", now, new SilenceExpired(id)));
          }
        });
  }

  private static SilenceCreated created(Silence silence) {
    return new SilenceCreated(
        silence.id(),
        silence.matchers().stream()
            .map(matcher -> new LabelMatcher(matcher.label(), matcher.value(), matcher.regex()))
            .toList(),
        silence.startsAt(),
        silence.endsAt(),
        silence.createdBy(),
        silence.comment());
  }

  private Silence silence(ResultSet row, int number) throws SQLException {
    return new Silence(
        new SilenceId(row.getObject("id", UUID.class)),
        Arrays.asList(json.readValue(row.getString("matchers"), Matcher[].class)),
        instant(row, "starts_at"),
        instant(row, "ends_at"),
        new Actor(row.getString("created_by")),
        row.getString("comment"));
  }
}
