package dev.fairlead.backup.warm;

import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.DurableWork;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.database.Databases;
import dev.fairlead.backup.database.KnownDatabase;
import dev.fairlead.backup.restore.WarmCopies;
import dev.fairlead.backup.restore.WarmCopy;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import java.time.Clock;
import java.util.Objects;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Asks for warm copies where the manifest of a database, or the setting, wants one. */
@Component
public class WarmRequests {

  public static final TaskDescriptor<Void> TASK = TaskDescriptor.of("warm-copy");

  private final WarmCopies copies;
  private final Backups backups;
  private final Databases databases;
  private final DurableWork work;
  private final boolean standard;
  private final Clock clock;

  WarmRequests(
      WarmCopies copies,
      Backups backups,
      Databases databases,
      DurableWork work,
      BackupSettings settings,
      Clock clock) {
    this.copies = copies;
    this.backups = backups;
    this.databases = databases;
    this.work = work;
    this.standard = settings.warm().byDefault();
    this.clock = clock;
  }

  /** When a drill has just proved one. */
  @Transactional
  public void accept(BackupVerified verified) {
    if (verified.level() == ProofLevel.DRILLED) {
      databases.find(verified.database()).filter(this::isWanted).ifPresent(this::makeNewest);
    }
  }

  /** Of the newest backup that was proved, whichever was proved last. */
  @Transactional
  public void makeNewest(KnownDatabase database) {
    backups.newestProved(database.id()).ifPresent(backup -> make(backup.id(), database));
  }

  boolean isWanted(KnownDatabase database) {
    return !database.removed() && Objects.requireNonNullElse(database.warm(), standard);
  }

  /** Nothing happens when one of this backup is there, or was tried. */
  private void make(BackupId backup, KnownDatabase database) {
    String name = WarmCopy.nameFor(database.name(), backup);
    if (copies.add(backup, database.id(), name, clock.instant())) {
      work.promise(TASK, backup.value(), clock.instant());
    }
  }
}
