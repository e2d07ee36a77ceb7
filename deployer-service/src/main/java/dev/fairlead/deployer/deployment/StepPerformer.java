package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.fleet.NotServing;
import dev.fairlead.deployer.manifest.RouterKind;
import dev.fairlead.deployer.migration.MigrationsUnreadable;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Suite;
import dev.fairlead.deployer.plan.Work;
import dev.fairlead.deployer.router.RouteRefused;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.service.secret.SecretNotFound;

/**
 * Has the work of one step done, and says how that ended. Whatever is done may have been done
 * before: everything that is called looks first at what is true.
 */
record StepPerformer(
    Groundwork ground,
    MigrationWork migrations,
    InstanceWork instances,
    TrafficWork traffic,
    VerificationWork verification,
    SuiteWork suites,
    HookWork hooks,
    RemovalWork removal)
    implements DeploymentRunner.Hands {

  @Override
  public StepResult perform(Deployment deployment, Action.Perform perform, long fence)
      throws InterruptedException {
    try {
      return perform(deployment, perform.step().work(), perform, fence);
    } catch (NotServing e) {
      return StepResult.failed(String.valueOf(e.getMessage()), e.advice());
    } catch (ArtifactUnusable e) {
      return StepResult.failed(String.valueOf(e.getMessage()), e.advice());
    } catch (RuntimeFailure
        | RouterFailure
        | RouteRefused
        | MigrationsUnreadable
        | SecretNotFound e) {
      return StepResult.failed(String.valueOf(e.getMessage()), null);
    }
  }

  private StepResult perform(Deployment deployment, Work work, Action.Perform perform, long fence)
      throws InterruptedException {
    Plan plan = deployment.known();
    return switch (work) {
      case Work.CheckGates() -> ground.checkGates(deployment);
      case Work.RecordRelease() -> ground.recordRelease(deployment);
      case Work.RunTests() -> ground.runTests(deployment);
      case Work.BuildImage() -> ground.buildImage(deployment);
      case Work.PrepareArtifact() -> ground.prepareArtifact(deployment);
      case Work.NoteWrites(DatabaseId database) -> migrations.noteWrites(deployment, database);
      case Work.Migrate(DatabaseId database) -> migrations.migrate(deployment, database, fence);
      case Work.CountLoss(DatabaseId database) -> migrations.countLoss(deployment, database);
      case Work.Start start -> instances.start(deployment, start, perform.undoing(), fence);
      case Work.AwaitHealthy await -> instances.awaitHealthy(deployment, await, perform.undoing());
      case Work.Stop stop -> instances.stop(deployment, stop, perform.undoing(), fence);
      case Work.Bake() -> instances.bake(deployment, perform.since());
      case Work.ShiftTraffic shift -> {
        if (!perform.undoing()) {
          verification.rememberBaseline(deployment);
        }
        yield traffic.shift(deployment, shift, perform.undoing(), fence);
      }
      case Work.TakeOffTraffic(RouterKind router) ->
          removal.takeOffTraffic(deployment, router, fence);
      case Work.GiveBackTraffic(RouterKind router) -> traffic.giveBack(deployment, router, fence);
      case Work.DrainRouter(RouterKind router) -> removal.drain(deployment, router);
      case Work.RemoveRoute(RouterKind router) -> removal.removeRoute(deployment, router, fence);
      case Work.ClearPlace() -> removal.clear(deployment, fence);
      case Work.Drain drain -> traffic.drain(deployment, drain);
      case Work.HoldTraffic() -> traffic.hold(deployment, fence);
      case Work.ReleaseTraffic() -> traffic.release(deployment, fence);
      case Work.ConfirmServing() -> traffic.confirmServing(deployment);
      case Work.CheckAnswers() -> verification.checkAnswers(deployment);
      case Work.CheckTraffic() -> verification.checkTraffic(deployment);
      case Work.RunHook(String hook) -> hooks.run(deployment, hook);
      case Work.RunSuite(Suite suite) -> suites.run(deployment, suite);
      case Work.WatchShare watch -> verification.watchShare(deployment, watch);
      case Work.BackUp _, Work.RestoreDatabase _ ->
          throw new IllegalStateException("another service does this: " + work);
    };
  }
}
