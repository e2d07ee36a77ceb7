package dev.fairlead.backup.files;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.fairlead.backup.DurableWork;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestJson;
import dev.fairlead.events.BackupId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Restores of files, from the request to their end. */
@Repository
class FileRestores {

  static final TaskDescriptor<Void> TASK = TaskDescriptor.of("file-restore");

  /** Where one is on its way. */
  enum State {
    REQUESTED,
    COMPLETED,
    FAILED
  }

  /**
   * @param below a folder that is made; in place when absent
   * @param outcome for each archived path where it, or what it replaced, is now
   */
  record Requested(
      UUID id,
      BackupId backup,
      @Nullable String below,
      String requestedBy,
      Instant requestedAt,
      State state,
      List<String> outcome,
      @Nullable String detail,
      @Nullable String advice) {}

  private final JdbcClient sql;
  private final DurableWork work;
  private final Clock clock;

  FileRestores(JdbcClient sql, DurableWork work, Clock clock) {
    this.sql = sql;
    this.work = work;
    this.clock = clock;
  }

  /** The backup's row is locked meanwhile: retention does not remove what is asked for. */
  @Transactional
  public UUID request(BackupId backup, @Nullable String below, String requestedBy) {
    UUID id = UUID.randomUUID();
    Instant now = clock.instant();
    sql.sql("select id from backup where id = ? for update")
        .param(backup.value())
        .query(UUID.class)
        .optional();
    sql.sql(
            """
            insert into file_restore (id, backup, below, requested_by, requested_at, state)
            values (:id, :backup, :below, :by, :now, 'REQUESTED')
            """)
        .param("id", id)
        .param("backup", backup.value())
        .param("below", below)
        .param("by", requestedBy)
        .param("now", Timestamp.from(now))
        .update();
    work.promise(TASK, id, now);
    return id;
  }

  /** Written before the work, which may end the service; how often it was begun, this time too. */
  int begun(UUID id) {
    return sql.sql("update file_restore set attempt = attempt + 1 where id = ? returning attempt")
        .param(id)
        .query(Integer.class)
        .single();
  }

  Optional<Requested> find(UUID id) {
    return sql.sql("select * from file_restore where id = ?")
        .param(id)
        .query(FileRestores::read)
        .optional();
  }

  /** Whether it was a restore, of files or of a database with them, to which no attempt comes. */
  boolean hasEnded(UUID id) {
    return sql.sql(
            """
            select exists (select from file_restore where id = :id and state <> 'REQUESTED')
                or exists (select from restore where id = :id and state in ('completed', 'failed'))
            """)
        .param("id", id)
        .query(Boolean.class)
        .single();
  }

  /** Those that failed, and could not remove all that they had put below their folder. */
  List<Requested> withLeftovers() {
    return sql.sql("select * from file_restore where leftovers").query(FileRestores::read).list();
  }

  void leftoversAreGone(UUID id) {
    sql.sql("update file_restore set leftovers = false where id = ?").param(id).update();
  }

  /** Of a backup that is completed, and of which not every copy is being removed. */
  Optional<Manifest> manifest(BackupId backup) {
    return sql.sql(
            """
            select manifest from backup b
             where id = ? and state = 'completed'
               and exists (select from backup_copy c where c.backup = b.id and c.leaving is null)
            """)
        .param(backup.value())
        .query(String.class)
        .optional()
        .map(ManifestJson::fromCatalogue);
  }

  void completed(UUID id, List<String> outcome) {
    sql.sql("update file_restore set state = 'COMPLETED', outcome = ? where id = ?")
        .params(outcome.toArray(String[]::new), id)
        .update();
  }

  /**
   * @param outcome of those that had taken their places
   * @param gone whether nothing is left of the others
   */
  void failed(UUID id, String detail, String advice, List<String> outcome, boolean gone) {
    sql.sql(
            """
            update file_restore set state = 'FAILED', detail = ?, advice = ?, outcome = ?,
                                    leftovers = ?
             where id = ?
            """)
        .params(detail, advice, outcome.toArray(String[]::new), !gone, id)
        .update();
  }

  private static Requested read(ResultSet row, int number) throws SQLException {
    return new Requested(
        row.getObject("id", UUID.class),
        new BackupId(row.getObject("backup", UUID.class)),
        row.getString("below"),
        row.getString("requested_by"),
        row.getObject("requested_at", OffsetDateTime.class).toInstant(),
        State.valueOf(row.getString("state")),
        List.of((String[]) row.getArray("outcome").getArray()),
        row.getString("detail"),
        row.getString("advice"));
  }
}
