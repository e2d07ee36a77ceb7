package dev.fairlead.backup.drill;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.DurableWork;
import dev.fairlead.backup.archive.AgeKeys;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.BackupEvent.BackupCompleted;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.time.Clock;
import java.util.Objects;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The one way in for drills: whoever waits for one, the policy of a database, a person. */
@Component
public class DrillRequests {

  public static final TaskDescriptor<Void> TASK = TaskDescriptor.of("drill");

  private final Drills drills;
  private final Databases databases;
  private final DurableWork work;
  private final DrillPolicy standard;
  private final AgeKeys keys;
  private final Clock clock;

  DrillRequests(
      Drills drills,
      Databases databases,
      DurableWork work,
      BackupSettings settings,
      AgeKeys keys,
      Clock clock) {
    this.drills = drills;
    this.databases = databases;
    this.work = work;
    this.standard = settings.drill().policy();
    this.keys = keys;
    this.clock = clock;
  }

  /** Somebody may wait for the drill of the backup asked for, whatever the policy says. */
  @Transactional
  public void accept(BackupRequested request) {
    if (request.proof() == ProofLevel.DRILLED) {
      drills.want(request.backup(), request.database(), clock.instant());
    }
  }

  @Transactional
  public void accept(BackupCompleted completed) {
    boolean wanted =
        drills.find(completed.backup()).filter(d -> d.state() == DrillState.WANTED).isPresent();
    if (wanted || policyOf(completed.database()) == DrillPolicy.EVERY_BACKUP) {
      make(completed.backup(), completed.database());
    }
  }

  /** Nothing happens when one of this backup waits or runs already. */
  @Transactional
  public void make(BackupId backup, DatabaseId database) {
    if (drills.request(backup, database, clock.instant())) {
      work.promise(TASK, backup.value(), clock.instant());
    }
  }

  private DrillPolicy policyOf(DatabaseId database) {
    return databases.find(database).map(this::policyOf).orElseGet(() -> possible(standard));
  }

  DrillPolicy policyOf(KnownDatabase database) {
    return possible(Objects.requireNonNullElse(database.drill(), standard));
  }

  /** Without a private key no backup can be opened here: whoever set it so wants no drills. */
  private DrillPolicy possible(DrillPolicy wanted) {
    return keys.canOpen() ? wanted : DrillPolicy.NEVER;
  }
}
