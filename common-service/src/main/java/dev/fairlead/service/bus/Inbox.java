package dev.fairlead.service.bus;

import dev.fairlead.events.Envelope;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which facts each handler has handled. */
final class Inbox {

  private final JdbcClient database;

  Inbox(JdbcClient database) {
    this.database = database;
  }

  /**
   * Enters the fact for the handler, in the transaction of its effects. Waits while another
   * transaction enters the same one.
   *
   * @return false when it was there: the fact is a repetition
   */
  boolean enter(String handler, Envelope fact) {
    return database
            .sql(
                """
                insert into chassis.inbox (handler, source, event) values (?, ?, ?)
                on conflict do nothing
                """)
            .params(handler, fact.source(), fact.id())
            .update()
        == 1;
  }

  /** Forgets what was handled before then. */
  int forget(Instant before) {
    return database
        .sql("delete from chassis.inbox where handled_at < ?")
        .param(OffsetDateTime.ofInstant(before, ZoneOffset.UTC))
        .update();
  }
}
