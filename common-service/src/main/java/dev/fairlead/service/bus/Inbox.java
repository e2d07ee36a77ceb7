package dev.fairlead.service.bus;

import dev.fairlead.events.Envelope;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which facts each handler has handled. */
final class Inbox {

  /** Rows that go in one statement: a second or so, far from the connection's time limit. */
  private static final int BATCH = 10_000;

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

  /** Forgets what was handled before then, however much that is. */
  int forget(Instant before) {
    int all = 0;
    int forgotten = BATCH;
    while (forgotten == BATCH) {
      forgotten = forgetSome(before);
      all += forgotten;
    }
    return all;
  }

  private int forgetSome(Instant before) {
    return database
        .sql(
            """
            delete from chassis.inbox where ctid = any(array(
              select ctid from chassis.inbox where handled_at < ? order by handled_at limit ?))
            """)
        .params(OffsetDateTime.ofInstant(before, ZoneOffset.UTC), BATCH)
        .update();
  }
}
