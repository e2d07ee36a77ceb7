package dev.fairlead.backup.backup;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.fairlead.backup.DurableWork;
import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.Envelope;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The one way in for backups, whoever asks: an event, a person, the schedule. */
@Component
public class BackupRequests {

  public static final TaskDescriptor<Void> TASK = TaskDescriptor.of("backup");

  private final BackupEntries entries;
  private final DurableWork work;
  private final Outbox outbox;
  private final Clock clock;

  BackupRequests(BackupEntries entries, DurableWork work, Outbox outbox, Clock clock) {
    this.entries = entries;
    this.work = work;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** An event that asks for it. The same id again is the same backup. */
  @Transactional
  public void accept(BackupRequested request, Envelope fact) {
    Cause cause = Cause.of(fact, request.deployment());
    if (entries.add(request, cause, clock.instant())) {
      work.promise(TASK, request.backup().value(), clock.instant());
    }
  }

  /** A request that begins here: it is told to the others like any other. */
  @Transactional
  public void make(BackupRequested request) {
    Envelope envelope = Envelope.of("backup", clock.instant(), request);
    if (request.requestedBy() != null) {
      envelope = envelope.by(request.requestedBy());
    }
    accept(request, envelope);
    outbox.append(envelope);
  }
}
