package dev.fairlead.backup.files;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.archive.AgeKeys;
import dev.fairlead.backup.archive.Compression;
import dev.fairlead.backup.store.Stores;
import java.time.Duration;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FilesConfiguration {

  private static final Duration AFTER_UNEXPECTED_FAILURE = Duration.ofSeconds(5);

  @Bean
  FileStores fileStores(BackupSettings settings, Stores stores, AgeKeys keys) {
    return new FileStores(
        stores.all(),
        keys::recipients,
        new Compression(settings.compressionLevel(), settings.compressionThreads()),
        Math.toIntExact(settings.partSize().toBytes()));
  }

  @Bean
  RecurringTask<Void> stagedLeftoversTask(StagedLeftovers leftovers) {
    return Tasks.recurring("staged-leftovers", FixedDelay.of(Duration.ofHours(1)))
        .execute((instance, context) -> leftovers.sweep());
  }

  /** Begun again by whichever process is alive, until it has ended. */
  @Bean
  Task<Void> fileRestoreTask(FileRestoreRunner runner) {
    return Tasks.custom(FileRestores.TASK)
        .onDeadExecutionRevive()
        .onFailure(new FailureHandler.OnFailureRetryLater<>(AFTER_UNEXPECTED_FAILURE))
        .execute(
            (instance, context) -> {
              runner.run(UUID.fromString(instance.getId()));
              return new CompletionHandler.OnCompleteRemove<>();
            });
  }
}
