package dev.fairlead.backup.restore;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.fairlead.backup.DurableWork;
import dev.fairlead.backup.backup.Backup.Cause;
import dev.fairlead.events.BackupEvent.RestoreRequested;
import dev.fairlead.events.Envelope;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The one way in for restores. */
@Component
public class RestoreRequests {

  public static final TaskDescriptor<Void> TASK = TaskDescriptor.of("restore");

  private final Restores restores;
  private final DurableWork work;
  private final Outbox outbox;
  private final Clock clock;

  RestoreRequests(Restores restores, DurableWork work, Outbox outbox, Clock clock) {
    this.restores = restores;
    this.work = work;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** An event that asks for it. The same id again is the same restore. */
  @Transactional
  public void accept(RestoreRequested request, Envelope fact) {
    if (restores.add(request, Cause.of(fact, request.deployment()), clock.instant())) {
      work.promise(TASK, request.restore().value(), clock.instant());
    }
  }

  /** A request that begins here: it is told to the others like any other. */
  @Transactional
  public void make(RestoreRequested request) {
    Envelope envelope = Envelope.of("backup", clock.instant(), request);
    if (request.requestedBy() != null) {
      envelope = envelope.by(request.requestedBy());
    }
    accept(request, envelope);
    outbox.append(envelope);
  }
}
