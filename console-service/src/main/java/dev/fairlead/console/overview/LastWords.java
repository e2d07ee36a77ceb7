package dev.fairlead.console.overview;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.EventJson;
import dev.fairlead.events.EventTypes;
import dev.fairlead.events.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The last thing said about each subject of each topic. It outlives the journal: an application
 * that was deployed a year ago still has a last word, until it is removed.
 */
@Repository
public class LastWords {

  /** Details on the way; they say nothing about where their subject stands. */
  private static final Set<String> IN_PASSING =
      Set.of(
          "deploy-requested",
          "deploy-step-completed",
          "instances-scaled",
          "health-sampled",
          "notification-delivered",
          "notification-failed",
          "gate-evaluated");

  private static final JsonMapper JSON = JsonMapper.shared();

  private final JdbcClient jdbc;

  LastWords(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param name the event's short name
   */
  record LastWord(String subject, String name, Instant time, JsonNode data) {}

  public void hear(Envelope envelope) {
    String name = EventTypes.nameOf(envelope.event().getClass());
    if (IN_PASSING.contains(name)) {
      return;
    }
    jdbc.sql(
            """
            INSERT INTO last_word (topic, subject, name, time, data)
            VALUES (:topic, :subject, :name, :time, :data::jsonb)
            ON CONFLICT (topic, subject)
            DO UPDATE SET name = excluded.name, time = excluded.time, data = excluded.data
            """)
        .param("topic", envelope.event().topic().shortName())
        .param("subject", envelope.event().subject())
        .param("name", name)
        .param("time", envelope.time().atOffset(ZoneOffset.UTC))
        .param("data", new String(EventJson.write(envelope.event()), StandardCharsets.UTF_8))
        .update();
  }

  /**
   * Forgets what was said before then, and last, of incidents and silences that are over, of places
   * whose application was removed before then, with everything in them, and of targets that their
   * place has no longer. That a place was removed is remembered: it is how words that come later
   * are known to be of one that is gone.
   */
  int forgetGone(Instant before) {
    return jdbc.sql(
            """
            DELETE FROM last_word w WHERE w.time < :before AND (
              (w.topic = 'alerts' AND w.name IN ('alert-resolved', 'silence-created', 'silence-expired'))
              OR (w.name <> 'application-removed' AND EXISTS (
                SELECT 1 FROM last_word place
                 WHERE place.topic = 'applications' AND place.name = 'application-removed'
                   AND place.time < :before
                   AND (w.subject = place.subject OR starts_with(w.subject, place.subject || '/'))))
              OR (w.topic = 'health' AND EXISTS (
                SELECT 1 FROM last_word place
                 WHERE place.topic = 'applications' AND place.name = 'application-applied'
                   AND starts_with(w.subject, place.subject || '/')
                   AND NOT place.data -> 'targets' @> jsonb_build_array(jsonb_build_object('id', w.subject)))))
            """)
        .param("before", before.atOffset(ZoneOffset.UTC))
        .update();
  }

  /** By subject, ascending. */
  List<LastWord> on(Topic topic) {
    return jdbc.sql(
            """
            SELECT subject, name, time, data::text AS data
              FROM last_word WHERE topic = ? ORDER BY subject
            """)
        .param(topic.shortName())
        .query(
            (row, _) ->
                new LastWord(
                    row.getString("subject"),
                    row.getString("name"),
                    row.getObject("time", OffsetDateTime.class).toInstant(),
                    JSON.readTree(row.getString("data"))))
        .list();
  }
}
