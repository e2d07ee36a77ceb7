package dev.fairlead.backup.retention;

import dev.fairlead.backup.BackupSettings;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The manifests of backups that are gone from every store, which are nearly all of what a catalogue
 * weighs. The rows stay: who asked for what and what was proved is small, and a request that comes
 * again must find that it was answered.
 */
@Component
public class ExpiredManifests {

  private static final Logger log = LoggerFactory.getLogger(ExpiredManifests.class);

  /** So many at once: the first time there may be years of them. */
  private static final int STEP = 500;

  private final JdbcClient sql;
  private final Duration keep;
  private final Clock clock;

  @Autowired
  ExpiredManifests(JdbcClient sql, BackupSettings settings, Clock clock) {
    this(sql, settings.keepExpired(), clock);
  }

  ExpiredManifests(JdbcClient sql, Duration keep, Clock clock) {
    this.sql = sql;
    this.keep = keep;
    this.clock = clock;
  }

  /** Those that expired longer ago than they are kept. */
  public void forget() {
    stamp();
    int all = 0;
    int step = STEP;
    while (step == STEP) {
      step = forgetSome();
      all += step;
    }
    if (all > 0) {
      log.info("manifests-of-expired-backups={} next=none forgotten", all);
    }
  }

  /** Earlier versions did not note when: it is not known to be longer ago than now. */
  private void stamp() {
    sql.sql("update backup set expired_at = ? where state = 'expired' and expired_at is null")
        .param(Timestamp.from(clock.instant()))
        .update();
  }

  private int forgetSome() {
    return sql.sql(
            """
            update backup set manifest = null where id in (
                   select id from backup
                    where state = 'expired' and manifest is not null
                      and expired_at < :before limit :step)
            """)
        .param("before", Timestamp.from(clock.instant().minus(keep)))
        .param("step", STEP)
        .update();
  }
}
