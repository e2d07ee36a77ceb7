package dev.fairlead.backup.scrub;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.DurableWork;
import dev.fairlead.backup.scrub.CopyFinding.Outcome;
import dev.fairlead.backup.scrub.ScrubOrder.State;
import dev.fairlead.events.BackupId;
import dev.fairlead.service.secret.Redaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Orders for scrubbing, from the request to their end. */
@Repository
public class ScrubOrders {

  public static final TaskDescriptor<Void> TASK = TaskDescriptor.of("scrub-order");

  private final JdbcClient sql;
  private final DurableWork work;
  private final Clock clock;

  ScrubOrders(JdbcClient sql, DurableWork work, Clock clock) {
    this.sql = sql;
    this.work = work;
    this.clock = clock;
  }

  @Transactional
  public UUID request(@Nullable BackupId backup, String requestedBy) {
    UUID id = UUID.randomUUID();
    Instant now = clock.instant();
    sql.sql(
            """
            insert into scrub (id, backup, requested_by, requested_at, state)
            values (:id, :backup, :by, :now, 'requested')
            """)
        .param("id", id)
        .param("backup", backup == null ? null : backup.value())
        .param("by", requestedBy)
        .param("now", Timestamp.from(now))
        .update();
    work.promise(TASK, id, now);
    return id;
  }

  Optional<ScrubOrder> find(UUID id) {
    return sql.sql("select * from scrub where id = ?").param(id).query(this::read).optional();
  }

  /** Written before the work, which may end the service. */
  void begun(UUID id) {
    sql.sql("update scrub set state = 'running', attempt = attempt + 1 where id = ?")
        .param(id)
        .update();
  }

  void found(UUID id, CopyFinding finding) {
    String detail = finding.detail();
    sql.sql(
            """
            insert into scrub_finding (scrub, backup, store, outcome, detail)
            values (:scrub, :backup, :store, :outcome, :detail) on conflict do nothing
            """)
        .param("scrub", id)
        .param("backup", finding.backup().value())
        .param("store", finding.store())
        .param("outcome", finding.outcome().name().toLowerCase(Locale.ROOT))
        .param("detail", detail == null ? null : Redaction.redact(detail))
        .update();
  }

  void ended(UUID id, State state) {
    sql.sql("update scrub set state = ?, ended_at = ? where id = ?")
        .params(state.text(), Timestamp.from(clock.instant()), id)
        .update();
  }

  void failed(UUID id, BackupFailure failure) {
    BackupFailure told = failure.redacted();
    sql.sql(
            """
            update scrub set state = 'failed', ended_at = ?, detail = ?, advice = ? where id = ?
            """)
        .params(Timestamp.from(clock.instant()), told.detail(), told.advice(), id)
        .update();
  }

  private List<CopyFinding> findings(UUID id) {
    return sql.sql("select * from scrub_finding where scrub = ? order by backup, store")
        .param(id)
        .query(
            (row, number) ->
                new CopyFinding(
                    new BackupId(row.getObject("backup", UUID.class)),
                    row.getString("store"),
                    Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
                    row.getString("detail")))
        .list();
  }

  private ScrubOrder read(ResultSet row, int number) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    UUID backup = row.getObject("backup", UUID.class);
    OffsetDateTime endedAt = row.getObject("ended_at", OffsetDateTime.class);
    return new ScrubOrder(
        id,
        backup == null ? null : new BackupId(backup),
        row.getString("requested_by"),
        row.getObject("requested_at", OffsetDateTime.class).toInstant(),
        State.of(row.getString("state")),
        row.getInt("attempt"),
        endedAt == null ? null : endedAt.toInstant(),
        findings(id),
        row.getString("detail"),
        row.getString("advice"));
  }
}
