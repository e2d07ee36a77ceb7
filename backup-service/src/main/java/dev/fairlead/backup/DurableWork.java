package dev.fairlead.backup;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import java.time.Instant;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Work that is done once it is promised: rows of db-scheduler, written in the caller's transaction.
 * Work whose process died is taken up by another within seconds.
 */
@Component
public class DurableWork {

  private final ObjectProvider<Scheduler> scheduler;

  /**
   * @param scheduler asked late: it needs the tasks, and what requests tasks must not need them
   */
  DurableWork(ObjectProvider<Scheduler> scheduler) {
    this.scheduler = scheduler;
  }

  /** Nothing happens when it is promised already. */
  public void promise(TaskDescriptor<Void> task, UUID id, Instant when) {
    scheduler.getObject().scheduleIfNotExists(task.instance(id.toString()).scheduledTo(when));
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            scheduler.getObject().triggerCheckForDueExecutions();
          }
        });
  }
}
