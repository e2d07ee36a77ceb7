package dev.fairlead.backup;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import dev.fairlead.backup.archive.AgeKeys;
import dev.fairlead.backup.archive.Compression;
import dev.fairlead.backup.backup.BackupPipeline;
import dev.fairlead.backup.backup.BackupPipeline.Options;
import dev.fairlead.backup.backup.BackupRequests;
import dev.fairlead.backup.backup.BackupRunner;
import dev.fairlead.backup.container.ContainerDatabases;
import dev.fairlead.backup.drill.DrillPipeline;
import dev.fairlead.backup.drill.DrillRequests;
import dev.fairlead.backup.drill.DrillRounds;
import dev.fairlead.backup.drill.DrillRunner;
import dev.fairlead.backup.drill.RecoveryDrillRounds;
import dev.fairlead.backup.drill.StatementKeys;
import dev.fairlead.backup.reconciliation.MarkedStore;
import dev.fairlead.backup.reconciliation.Reconciliation;
import dev.fairlead.backup.reconciliation.StoreMarks;
import dev.fairlead.backup.removal.RemovalUnderWay;
import dev.fairlead.backup.restore.KeptDatabases;
import dev.fairlead.backup.restore.LeftDatabases;
import dev.fairlead.backup.restore.RestorePipeline;
import dev.fairlead.backup.restore.RestoreRequests;
import dev.fairlead.backup.restore.RestoreRunner;
import dev.fairlead.backup.retention.ExpiredManifests;
import dev.fairlead.backup.retention.RetentionRounds;
import dev.fairlead.backup.schedule.ScheduleRounds;
import dev.fairlead.backup.scrub.ScrubOrders;
import dev.fairlead.backup.scrub.ScrubRounds;
import dev.fairlead.backup.scrub.ScrubRunner;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.S3Bucket;
import dev.fairlead.backup.store.S3Credentials;
import dev.fairlead.backup.store.S3Patience;
import dev.fairlead.backup.store.S3Store;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.backup.warm.WarmPipeline;
import dev.fairlead.backup.warm.WarmRequests;
import dev.fairlead.backup.warm.WarmRounds;
import dev.fairlead.backup.warm.WarmRunner;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.RestoreId;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts together as the settings say. */
@Configuration(proxyBeanMethods = false)
class BackupConfiguration {

  private static final Logger log = LoggerFactory.getLogger(BackupConfiguration.class);
  private static final Duration AFTER_UNEXPECTED_FAILURE = Duration.ofSeconds(5);

  /** It is another one only after another setting, and each look at it is a request. */
  private static final Duration BUCKET_STAYS = Duration.ofMinutes(10);

  /** The disk first: restores try the stores in this order. */
  @Bean
  Stores stores(BackupSettings settings, Secrets secrets, StoreMarks marks) {
    List<Store> stores = new ArrayList<>();
    if (settings.disk() != null) {
      stores.add(
          new MarkedStore(new DiskStore("disk", settings.disk().folder()), marks, Duration.ZERO));
    }
    if (settings.s3() != null) {
      stores.add(new MarkedStore(s3(settings.s3(), secrets), marks, BUCKET_STAYS));
    }
    if (stores.isEmpty()) {
      throw new IllegalArgumentException(
          "no store is set; set fairlead.backup.disk.folder, fairlead.backup.s3.endpoint or both");
    }
    return new Stores(stores);
  }

  private static Store s3(BackupSettings.S3 s3, Secrets secrets) {
    return S3Store.of(
        "s3",
        new S3Bucket(s3.endpoint(), s3.region(), s3.bucket(), s3.prefix()),
        new S3Credentials(s3.accessKey(), () -> secrets.resolve(s3.secretKey()).reveal()),
        S3Patience.of(s3.answerWithin(), s3.leastRate().toBytes()));
  }

  @Bean
  ContainerDatabases containerDatabases(BackupSettings settings) {
    return ContainerDatabases.ofThisMachine(settings.tunnels());
  }

  @Bean
  AgeKeys ageKeys(BackupSettings settings, Secrets secrets) {
    SecretReference identity = settings.identity();
    return new AgeKeys(
        settings.recipients(),
        identity == null ? null : () -> secrets.resolve(identity).reveal(),
        settings.identityFile());
  }

  @Bean(destroyMethod = "interruptAll")
  BackupPipeline backupPipeline(
      BackupSettings settings, Stores stores, AgeKeys keys, StatementKeys statements, Clock clock) {
    Options options =
        new Options(
            settings.postgresPrograms(),
            new Compression(settings.compressionLevel(), settings.compressionThreads()),
            Math.toIntExact(settings.partSize().toBytes()),
            settings.contentHashes(),
            settings.timeLimit());
    return new BackupPipeline(stores.all(), keys::recipients, statements::key, options, clock);
  }

  @Bean
  RestorePipeline restorePipeline(BackupSettings settings, Stores stores, AgeKeys keys) {
    return new RestorePipeline(stores.all(), keys::identity, settings.postgresPrograms());
  }

  @Bean(initMethod = "sweep", destroyMethod = "interruptAll")
  DrillPipeline drillPipeline(BackupSettings settings, Stores stores, AgeKeys keys) {
    return new DrillPipeline(
        stores.all(),
        keys::identity,
        settings.drill().folder(),
        settings.postgresPrograms(),
        settings.drill().timeLimit());
  }

  @Bean
  RecurringTask<Void> recoveryDrillTask(RecoveryDrillRounds rounds) {
    return Tasks.recurring("recovery-drills", FixedDelay.of(Duration.ofMinutes(1)))
        .execute((instance, context) -> rounds.run());
  }

  @Bean
  WarmPipeline warmPipeline(BackupSettings settings, Stores stores, AgeKeys keys) {
    return new WarmPipeline(
        stores.all(),
        keys::identity,
        settings.postgresPrograms(),
        settings.warm().maxSize().toBytes());
  }

  @Bean
  Task<Void> warmCopyTask(WarmRunner runner) {
    return durable(WarmRequests.TASK, id -> runner.run(BackupId.of(id)));
  }

  @Bean
  RecurringTask<Void> warmRoundsTask(WarmRounds rounds) {
    return Tasks.recurring("warm-rounds", FixedDelay.of(Duration.ofMinutes(10)))
        .execute((instance, context) -> rounds.run());
  }

  @Bean
  Task<Void> backupTask(BackupRunner runner) {
    return durable(BackupRequests.TASK, id -> runner.run(BackupId.of(id)));
  }

  @Bean
  Task<Void> restoreTask(RestoreRunner runner) {
    return durable(RestoreRequests.TASK, id -> runner.run(RestoreId.of(id)));
  }

  @Bean
  Task<Void> drillTask(DrillRunner runner) {
    return durable(DrillRequests.TASK, id -> runner.run(BackupId.of(id)));
  }

  @Bean
  RecurringTask<Void> drillRoundsTask(DrillRounds rounds) {
    return Tasks.recurring("drill-rounds", FixedDelay.of(Duration.ofMinutes(10)))
        .execute((instance, context) -> rounds.requestWhatIsDue());
  }

  /** Looks every few seconds which databases are due. */
  @Bean
  RecurringTask<Void> scheduleTask(ScheduleRounds rounds) {
    return Tasks.recurring("schedule", FixedDelay.of(Duration.ofSeconds(15)))
        .execute((instance, context) -> rounds.requestWhatIsDue());
  }

  @Bean
  RecurringTask<Void> keptDatabasesTask(KeptDatabases kept, LeftDatabases left) {
    return Tasks.recurring("kept-databases", FixedDelay.of(Duration.ofHours(1)))
        .execute(
            (instance, context) -> {
              kept.dropWhatIsOld();
              left.sweep();
            });
  }

  @Bean
  RecurringTask<Void> retentionTask(RetentionRounds rounds, ExpiredManifests manifests) {
    return Tasks.recurring("retention", Schedules.cron("0 30 3 * * *", ZoneOffset.UTC))
        .execute(
            (instance, context) -> {
              unlessUnderWay(() -> rounds.expire(Duration.ofHours(1)));
              manifests.forget();
            });
  }

  @Bean
  RecurringTask<Void> scrubTask(ScrubRounds rounds) {
    return Tasks.recurring("scrub", FixedDelay.of(Duration.ofMinutes(10)))
        .execute((instance, context) -> rounds.run());
  }

  @Bean
  Task<Void> scrubOrderTask(ScrubRunner runner) {
    return durable(ScrubOrders.TASK, id -> runner.run(UUID.fromString(id)));
  }

  /** Soon after each start, and then every hour. */
  @Bean
  RecurringTask<Void> reconciliationTask(RetentionRounds retention, Reconciliation reconciliation) {
    return Tasks.recurring("reconciliation", FixedDelay.of(Duration.ofHours(1)))
        .execute(
            (instance, context) -> {
              unlessUnderWay(retention::resume);
              unlessUnderWay(reconciliation::runAndSweep);
            });
  }

  /** What another service on the same catalogue does just now is not to be done twice. */
  private static void unlessUnderWay(Runnable round) {
    try {
      round.run();
    } catch (RemovalUnderWay e) {
      log.info("next=later {}", e.detail());
    }
  }

  /**
   * Repeated until the run says that there is nothing more to do, by whichever process is alive.
   */
  private static Task<Void> durable(
      TaskDescriptor<Void> task, Function<String, Optional<Duration>> run) {
    return Tasks.custom(task)
        .onDeadExecutionRevive()
        .onFailure(new FailureHandler.OnFailureRetryLater<>(AFTER_UNEXPECTED_FAILURE))
        .execute(
            (instance, context) ->
                run.apply(instance.getId())
                    .<CompletionHandler<Void>>map(
                        pause -> new CompletionHandler.OnCompleteReschedule<>(FixedDelay.of(pause)))
                    .orElseGet(CompletionHandler.OnCompleteRemove::new));
  }
}
