package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.AppliedManifest;
import dev.fairlead.deployer.plan.Request;
import dev.fairlead.events.BackupEvent;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.DeploymentEvent.DeployRequested;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Event;
import dev.fairlead.events.Place;
import dev.fairlead.service.problem.Refusal;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Where requests and facts from outside come in, over whichever path. */
public final class DeploymentDesk {

  private final Deployments deployments;
  private final DeploymentSchedule schedule;
  private final TransactionTemplate transaction;
  private final Applications applications;

  public DeploymentDesk(
      Deployments deployments,
      DeploymentSchedule schedule,
      Applications applications,
      TransactionTemplate transaction) {
    this.deployments = deployments;
    this.schedule = schedule;
    this.applications = applications;
    this.transaction = transaction;
  }

  /**
   * What a request came to.
   *
   * @param deployment its own, or the one that the same request has begun before
   */
  public record Begun(Deployment deployment, boolean isNew) {}

  /**
   * Begins it, unless the same request came before.
   *
   * @throws Refusal {@code key-in-use} where another one came with this key to this place; {@code
   *     removed-environment} where the place was removed before this one came; {@code
   *     unprintable-reference} where its artifact or commit is none that anybody could name
   */
  public Begun request(Request request, String key) {
    return beginOnce(request.with(Wording::clean), key, List.of());
  }

  /** As {@link #request}, for one that did not arrive as an event: others learn of it now. */
  public Begun requestAndAnnounce(Request request, String key) {
    Request clean = request.with(Wording::clean);
    return beginOnce(clean, key, List.of(announcement(clean, key)));
  }

  private static Event announcement(Request request, String key) {
    return new DeployRequested(
        request.place().application(),
        request.place().environment(),
        request.version(),
        key,
        request.artifact(),
        request.commit(),
        request.requestedBy(),
        request.decisions(),
        request.skipTests(),
        request.reason(),
        request.commitMessage(),
        request.commitAuthor());
  }

  private Begun beginOnce(Request request, String key, List<Event> announced) {
    return transaction.execute(
        status -> {
          Begun begun =
              deployments
                  .requested(request.place(), key)
                  .map(known -> new Begun(known, false))
                  .orElseGet(() -> beginAtPlace(request, key, announced));
          if (!request.repeats(begun.deployment().request())) {
            throw keyInUse(begun.deployment(), key);
          }
          return begun;
        });
  }

  /** Under the key alone, unless another place has it already. */
  private Begun beginAtPlace(Request request, String key, List<Event> announced) {
    if (!request.takesAway()
        && applications.at(request.place()).filter(AppliedManifest.At::gone).isPresent()) {
      throw PlanRefused.removed(request.place());
    }
    References.of(request).requirePrintable();
    Begun begun = begin(request, announced);
    return begun.deployment().place().equals(request.place())
        ? begun
        : begin(request.as(DeploymentId.forRequest(request.place(), key)), announced);
  }

  private Begun begin(Request request, List<Event> announced) {
    boolean isNew = deployments.begin(request, announced);
    if (isNew) {
      schedule.add(request.id());
    }
    return new Begun(deployments.find(request.id()).orElseThrow(), isNew);
  }

  static Refusal keyInUse(Deployment deployment, String key) {
    return new Refusal(
        HttpStatus.CONFLICT,
        "key-in-use",
        "idempotency key %s belongs to deployment %s of version %s to %s, and asks for something else now"
            .formatted(key, deployment.id(), deployment.request().version(), deployment.place()),
        "use a new key for a new request");
  }

  /**
   * @throws ApprovalRefused for an approval or rejection that does not count
   */
  public Deployment tell(DeploymentId id, Fact fact) {
    Deployment deployment = deployments.tell(id, Wording.clean(fact));
    schedule.wake(id);
    return deployment;
  }

  /** A fact that sets one going again that nobody runs any more; for the caller's transaction. */
  Deployment tellEnded(DeploymentId id, Fact fact) {
    if (!schedule.addAgain(id)) {
      throw new Refusal(
          HttpStatus.CONFLICT,
          "just-ending",
          "deployment %s is just ending".formatted(id),
          "repeat that in a moment");
    }
    return deployments.tell(id, Wording.clean(fact));
  }

  /** What a backup or a restore came to, if a deployment waits for it. */
  public void tell(BackupEvent event) {
    switch (event) {
      case BackupEvent.BackupCompleted done when done.deployment() != null ->
          tellIfKnown(
              done.deployment(),
              new Fact.BackupCompleted(
                  done.backup(),
                  "backup %s: %d tables, %d rows, %d bytes"
                      .formatted(done.backup(), done.tables(), done.rows(), done.sizeBytes())));
      case BackupEvent.BackupVerified proved
          when proved.deployment() != null && proved.level() == ProofLevel.DRILLED ->
          tellIfKnown(
              proved.deployment(),
              new Fact.BackupDrilled(
                  proved.backup(),
                  "backup %s: %d tables with %d rows restored in a drill and compared"
                      .formatted(proved.backup(), proved.tablesCompared(), proved.rowsCompared())));
      case BackupEvent.BackupDrillFailed failed when failed.deployment() != null ->
          tellIfKnown(
              failed.deployment(),
              new Fact.BackupDrillFailed(
                  failed.backup(),
                  "the backup of %s was not proved: %s"
                      .formatted(failed.database(), failed.detail()),
                  failed.advice()));
      case BackupEvent.BackupFailed failed when failed.deployment() != null ->
          tellIfKnown(
              failed.deployment(),
              new Fact.BackupFailed(
                  failed.backup(),
                  "backup of %s failed: %s".formatted(failed.database(), failed.detail()),
                  failed.advice()));
      case BackupEvent.RestoreProgressed under when under.deployment() != null ->
          tellIfKnown(under.deployment(), new Fact.RestoreProgressed(under.restore()));
      case BackupEvent.RestoreCompleted done when done.deployment() != null ->
          tellIfKnown(
              done.deployment(),
              new Fact.RestoreCompleted(
                  done.restore(),
                  "restored from %s into %s; the replaced database is kept as %s%s"
                      .formatted(done.backup(), done.restoredInto(), done.keptAs(), files(done))));
      case BackupEvent.RestoreFailed failed when failed.deployment() != null ->
          tellIfKnown(
              failed.deployment(),
              new Fact.RestoreFailed(
                  failed.restore(),
                  "restore of %s failed: %s".formatted(failed.database(), failed.detail()),
                  failed.advice()));
      default -> {}
    }
  }

  private static String files(BackupEvent.RestoreCompleted done) {
    return done.files() == null || done.files().isEmpty()
        ? ""
        : "; " + String.join("; ", done.files());
  }

  /** The application was found unwell: a release that bakes has to know. */
  public void tell(Place place, Fact found) {
    deployments.unfinished(place).stream()
        .filter(deployment -> deployment.state().active())
        .forEach(deployment -> tell(deployment.id(), found));
  }

  private void tellIfKnown(DeploymentId id, Fact fact) {
    if (deployments.find(id).isPresent()) {
      tell(id, fact);
    }
  }
}
