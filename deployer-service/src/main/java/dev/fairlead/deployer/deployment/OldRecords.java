package dev.fairlead.deployer.deployment;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Forgets deployments that were asked for long ago, with their steps and release records. Of each
 * place the newest stay however old they are, of those that succeeded and of the others: as many as
 * a rollback can choose from. So does what serves, what has not ended, and what has left a database
 * to a person. What webhooks delivered as long ago is forgotten as well. The audit trail is another
 * record, and stays.
 */
public final class OldRecords {

  private static final Logger log = LoggerFactory.getLogger(OldRecords.class);

  private static final Duration EVERY = Duration.ofHours(1);

  /** Not fewer than {@code Releases.history} answers. */
  private static final int KEPT = 100;

  /** In one statement, so that nobody waits for long. */
  private static final int AT_ONCE = 500;

  /** Who is undone once more meanwhile has not ended any more, and stays. */
  private static final String FORGET =
      """
      with old as (
        select id from (
          select id, requested_at, row_number() over (
            partition by application, environment, state = 'succeeded'
            order by requested_at desc) as place_in_row
          from deployment where ended) as numbered
        where place_in_row > :kept and requested_at < :before
          and not exists (select 1 from place where id in (serving, unrestored))
        order by requested_at limit :most),
      gone as (
        delete from deployment where id in (select id from old) and ended returning id),
      gone_releases as (delete from release where id in (select id from gone)),
      gone_waivers as (delete from waiver where deployment in (select id from gone))
      select count(*) from gone
      """;

  private final JdbcClient database;
  private final Duration keep;
  private final Clock clock;

  /**
   * @param keep what was asked for since then stays
   */
  public OldRecords(JdbcClient database, Duration keep, Clock clock) {
    this.database = database;
    this.keep = keep;
    this.clock = clock;
  }

  /** One deployer of all does it at a time. */
  public Task<Void> task() {
    return Tasks.recurring("old-records", FixedDelay.of(EVERY))
        .execute((task, context) -> forget());
  }

  /** As much as there is, in steps. */
  public void forget() {
    Instant before = clock.instant().minus(keep);
    int all = 0;
    for (int step = forget(before); step > 0; step = forget(before)) {
      all += step;
    }
    if (all > 0) {
      log.info("deployments={} forgotten, asked for before {}", all, before);
    }
    forgetDeliveries(before);
  }

  private void forgetDeliveries(Instant before) {
    int deliveries =
        database
            .sql("delete from delivery where received_at < ?")
            .param(Timestamp.from(before))
            .update();
    if (deliveries > 0) {
      log.info("deliveries={} of webhooks forgotten, received before {}", deliveries, before);
    }
  }

  private int forget(Instant before) {
    return database
        .sql(FORGET)
        .param("kept", KEPT)
        .param("before", Timestamp.from(before))
        .param("most", AT_ONCE)
        .query(Integer.class)
        .single();
  }
}
