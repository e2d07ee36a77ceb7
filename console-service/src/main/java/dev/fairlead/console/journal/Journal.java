package dev.fairlead.console.journal;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.EventCodec;
import dev.fairlead.events.EventTypes;
import io.cloudevents.jackson.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Every event, numbered in the order of arrival. */
@Repository
public class Journal {

  /** Held to the end of a transaction, so that numbers become visible in ascending order. */
  private static final long WRITER_LOCK = 0x6a6f75726e616cL;

  private static final JsonFormat STRUCTURED = new JsonFormat();

  private final JdbcClient jdbc;
  private final JournalBell bell;

  Journal(JdbcClient jdbc, JournalBell bell) {
    this.jdbc = jdbc;
    this.bell = bell;
  }

  /** Appends within the caller's transaction and wakes the readers once it has committed. */
  public void append(Envelope envelope) {
    jdbc.sql("SELECT pg_advisory_xact_lock(?)").param(WRITER_LOCK).query().listOfRows();
    jdbc.sql(
            """
            INSERT INTO journal (name, topic, subject, correlation, time, event)
            VALUES (:name, :topic, :subject, :correlation, :time, :event::jsonb)
            """)
        .param("name", EventTypes.nameOf(envelope.event().getClass()))
        .param("topic", envelope.event().topic().shortName())
        .param("subject", envelope.event().subject())
        .param("correlation", envelope.correlation())
        .param("time", envelope.time().atOffset(ZoneOffset.UTC))
        .param("event", structured(envelope))
        .update();
    bell.ringAfterCommit();
  }

  /**
   * @param number what it has read up to there; 0 for nothing
   */
  public JournalReader reader(JournalFilter filter, long number) {
    return new JournalReader(this, filter, number);
  }

  /** At most {@code limit} entries after {@code number}, ascending. */
  List<JournalEntry> after(long number, JournalFilter filter, int limit) {
    return jdbc.sql(
            """
            SELECT number, name, event::text AS json
              FROM journal
             WHERE number > :number
               AND (:topic::text IS NULL OR topic = :topic)
               AND (:correlation::text IS NULL OR correlation = :correlation)
               AND (:subject::text IS NULL
                    OR subject = :subject OR starts_with(subject, :subject || '/'))
             ORDER BY number
             LIMIT :limit
            """)
        .param("number", number)
        .param("topic", filter.topic().map(topic -> topic.shortName()).orElse(null))
        .param("correlation", filter.correlation().orElse(null))
        .param("subject", filter.subject().orElse(null))
        .param("limit", limit)
        .query(JournalEntry.class)
        .list();
  }

  /** The number of the newest entry, or 0. */
  public long newest() {
    return jdbc.sql("SELECT coalesce(max(number), 0) FROM journal").query(Long.class).single();
  }

  /** Forgets what happened before {@code time}; answers how much that was. */
  public int forgetBefore(Instant time) {
    return jdbc.sql("DELETE FROM journal WHERE time < ?")
        .param(time.atOffset(ZoneOffset.UTC))
        .update();
  }

  private static String structured(Envelope envelope) {
    return new String(
        STRUCTURED.serialize(EventCodec.toCloudEvent(envelope)), StandardCharsets.UTF_8);
  }
}
