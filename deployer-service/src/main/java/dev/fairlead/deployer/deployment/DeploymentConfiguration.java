package dev.fairlead.deployer.deployment;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import com.github.kagkarlsson.scheduler.task.Task;
import dev.fairlead.deployer.DeployerSettings;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.Routers;
import dev.fairlead.deployer.fleet.Runtimes;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.fleet.Withdrawal;
import dev.fairlead.deployer.gate.Gates;
import dev.fairlead.deployer.hook.Hooks;
import dev.fairlead.deployer.loss.Losses;
import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.migration.Migrations;
import dev.fairlead.deployer.release.Artifacts;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.verification.Baselines;
import dev.fairlead.deployer.verification.HttpVerification;
import dev.fairlead.deployer.verification.LoadVerification;
import dev.fairlead.deployer.verification.SecurityVerification;
import dev.fairlead.events.Topic;
import dev.fairlead.service.bus.Backlog;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.service.secret.Secrets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class DeploymentConfiguration {

  /** Five tries last as long as an engine takes to restart. */
  private static final Duration INQUIRY_PAUSE = Duration.ofSeconds(2);

  @Bean
  Planner planner(
      Applications applications,
      Releases releases,
      Artifacts artifacts,
      Migrations migrations,
      Databases databases,
      UnknownSchema unknownSchema,
      Losses losses,
      Deployments deployments) {
    return new Planner(
        applications,
        releases,
        artifacts,
        migrations,
        databases,
        unknownSchema,
        losses,
        deployments);
  }

  @Bean
  UnknownSchema unknownSchema(Releases releases, Databases databases, Migrations migrations) {
    return new UnknownSchema(releases, databases, migrations);
  }

  @Bean
  Deployments deployments(
      JdbcClient database,
      TransactionTemplate transaction,
      Outbox outbox,
      Releases releases,
      Losses losses,
      Clock clock) {
    return new Deployments(
        database, transaction, outbox, releases, new Deliberation(losses), clock);
  }

  @Bean
  DeploymentQueue deploymentQueue(
      Deployments deployments,
      Releases releases,
      DeploymentSchedule schedule,
      TransactionTemplate transaction) {
    return new DeploymentQueue(deployments, releases, schedule, transaction);
  }

  @Bean
  Sides sides(Releases releases, Clock clock) {
    return new Sides(releases, clock);
  }

  @Bean
  ManifestFolders manifestFolders(Applications applications) {
    return new ManifestFolders(applications);
  }

  @Bean
  Groundwork groundwork(ManifestFolders folders, Artifacts artifacts, Gates gates, Sides sides) {
    return new Groundwork(folders, artifacts, gates, sides);
  }

  @Bean
  MigrationWork migrationWork(
      ManifestFolders folders,
      Artifacts artifacts,
      Databases databases,
      Migrations migrations,
      JdbcClient database,
      Losses losses,
      Clock clock) {
    return new MigrationWork(
        folders, artifacts, databases, migrations, new MigrationMarks(database), losses, clock);
  }

  @Bean
  Inquiry inquiry(Instances instances, Clock clock) {
    return new Inquiry(instances, INQUIRY_PAUSE, clock);
  }

  @Bean
  VerificationWork verificationWork(
      Inquiry inquiry,
      HttpVerification answers,
      Routers routers,
      JdbcClient database,
      Sides sides) {
    return new VerificationWork(inquiry, answers, routers, new Baselines(database), sides);
  }

  @Bean
  SuiteWork suiteWork(Inquiry inquiry, Databases databases, Sides sides, Clock clock) {
    return new SuiteWork(
        inquiry, databases, new SecurityVerification(clock), new LoadVerification(), sides);
  }

  @Bean
  StepPerformer stepPerformer(
      Groundwork ground,
      MigrationWork migrations,
      VerificationWork verification,
      SuiteWork suites,
      HookWork hooks,
      RemovalWork removal,
      Instances instances,
      Traffic traffic,
      Sides sides,
      Backlog backlog,
      DeployerSettings settings,
      Clock clock) {
    return new StepPerformer(
        ground,
        migrations,
        new InstanceWork(
            instances,
            sides,
            patience -> backlog.awaitHandled(Topic.HEALTH, patience),
            settings.home().toAbsolutePath(),
            clock),
        new TrafficWork(traffic, instances, sides),
        verification,
        suites,
        hooks,
        removal);
  }

  @Bean
  RemovalWork removalWork(Routers routers, Runtimes runtimes) {
    return new RemovalWork(new Withdrawal(routers, runtimes));
  }

  @Bean
  HookWork hookWork(
      ManifestFolders folders, Secrets secrets, DeployerSettings settings, Clock clock) {
    Path kept = settings.home().toAbsolutePath().resolve("hooks");
    return new HookWork(folders, new Hooks(kept, secrets), clock);
  }

  @Bean
  Housekeeping housekeeping(
      Deployments deployments,
      Releases releases,
      Artifacts artifacts,
      DeployerSettings settings,
      Clock clock) {
    return new Housekeeping(deployments, releases, artifacts, settings.artifactGrace(), clock);
  }

  @Bean
  Task<Void> housekeepingTask(Housekeeping housekeeping) {
    return housekeeping.task();
  }

  @Bean
  DeploymentRunner deploymentRunner(
      Deployments deployments,
      DeploymentQueue queue,
      Planner planner,
      DeploymentRunner.Hands hands,
      Housekeeping housekeeping,
      Clock clock) {
    return new DeploymentRunner(deployments, queue, planner, hands, housekeeping, clock);
  }

  @Bean
  Task<Void> deploymentTask(DeploymentRunner runner, Clock clock) {
    return DeploymentSchedule.task(runner, clock);
  }

  @Bean
  Upkeep upkeep(
      Deployments deployments,
      Releases releases,
      Instances instances,
      Traffic traffic,
      DeployerSettings settings,
      Clock clock) {
    return new Upkeep(
        deployments, releases, instances, traffic, settings.longestProcessLog(), clock);
  }

  @Bean
  Task<Void> upkeepTask(Upkeep upkeep, DeployerSettings settings) {
    return upkeep.task(settings.upkeep());
  }

  @Bean
  OldRecords oldRecords(JdbcClient database, DeployerSettings settings, Clock clock) {
    return new OldRecords(database, settings.keepDeployments(), clock);
  }

  @Bean
  Task<Void> oldRecordsTask(OldRecords old) {
    return old.task();
  }

  /** The scheduler needs the task, the task the runner: only what schedules needs the scheduler. */
  @Bean
  DeploymentSchedule deploymentSchedule(@Lazy SchedulerClient scheduler, Clock clock) {
    return new DeploymentSchedule(scheduler, clock);
  }

  @Bean
  DeploymentDesk deploymentDesk(
      Deployments deployments,
      DeploymentSchedule schedule,
      Applications applications,
      TransactionTemplate transaction) {
    return new DeploymentDesk(deployments, schedule, applications, transaction);
  }

  /** A deployment waits for most of its life: threads of its own would be a waste. */
  @Bean
  DbSchedulerCustomizer virtualThreads() {
    return new DbSchedulerCustomizer() {
      @Override
      public Optional<ExecutorService> executorService() {
        return Optional.of(Executors.newVirtualThreadPerTaskExecutor());
      }
    };
  }

  /** Told first of all that the service stops, so that no further step begins. */
  @Bean
  SmartLifecycle lastStep(DeploymentRunner runner) {
    return new SmartLifecycle() {
      private volatile boolean running;

      @Override
      public void start() {
        running = true;
      }

      @Override
      public void stop() {
        running = false;
        runner.stop();
      }

      @Override
      public boolean isRunning() {
        return running;
      }
    };
  }
}
