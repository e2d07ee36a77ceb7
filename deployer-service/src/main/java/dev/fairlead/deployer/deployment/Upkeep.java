package dev.fairlead.deployer.deployment;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.deployer.runtime.Resident;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

/**
 * Keeps what was deployed the way it was deployed: an instance that has exited is started again, a
 * route that was lost is set again, requests that nobody lets go are let go, and what a crash left
 * running is stopped. A host that was away while a deployment ended gets what serves now. A place
 * that a deployment is changing is left alone. Logs that nobody else bounds are cut.
 */
public final class Upkeep implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  /** A host or router that needs longer for an answer is looked after in another round. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int CARETAKERS = 8;

  private final Deployments deployments;
  private final Releases releases;
  private final Instances instances;
  private final Traffic traffic;
  private final DataSize longestLog;
  private final Clock clock;
  private final Caretakers caretakers = new Caretakers(CARETAKERS);
  private final Crashes crashes = new Crashes();
  private final News news = new News();

  /**
   * @param longestLog what a plain process has written beyond it is cut off
   */
  public Upkeep(
      Deployments deployments,
      Releases releases,
      Instances instances,
      Traffic traffic,
      DataSize longestLog,
      Clock clock) {
    this.deployments = deployments;
    this.releases = releases;
    this.instances = instances;
    this.traffic = traffic;
    this.longestLog = longestLog;
    this.clock = clock;
  }

  /** One deployer of all does it at a time. */
  public Task<Void> task(Duration every) {
    UnderWay underWay = new UnderWay();
    return Tasks.recurring("upkeep", FixedDelay.of(every))
        .execute(
            (task, context) -> {
              if (underWay.begin("upkeep")) {
                try {
                  lookAround();
                } finally {
                  underWay.end("upkeep");
                }
              }
            });
  }

  /** Nobody waits for one host or place that is slow, dead or hangs: a round does not, either. */
  void lookAround() {
    List<Release> serving = releases.serving();
    Instances present = instances.answering(PATIENCE);
    Map<Place, Set<DeploymentId>> residents =
        present.residents().stream()
            .collect(
                Collectors.groupingBy(
                    Resident::place, Collectors.mapping(Resident::deployment, Collectors.toSet())));
    lookAfter(serving, residents, present);
    serving.forEach(release -> residents.remove(release.place()));
    Leftovers leftovers = new Leftovers(deployments, present);
    residents.forEach((place, left) -> caretakers.send(place, () -> leftovers.sweep(place, left)));
    cutLogs();
  }

  private void cutLogs() {
    try {
      instances.cutLogs(longestLog.toBytes());
    } catch (RuntimeFailure e) {
      log.warn("logs=not cut reason=\"{}\" next=try again", e.getMessage());
    }
  }

  private void lookAfter(
      List<Release> serving, Map<Place, Set<DeploymentId>> residents, Instances present) {
    crashes.keep(serving.stream().flatMap(one -> one.instances().stream()).toList());
    Care care =
        new Care(
            present,
            traffic.answering(PATIENCE, present),
            deployments::fenceAtRest,
            crashes,
            news,
            clock);
    for (Release release : serving) {
      boolean others =
          residents.getOrDefault(release.place(), Set.of()).stream()
              .anyMatch(resident -> !resident.equals(release.id()));
      caretakers.send(release.place(), () -> care.lookAfter(release, others));
    }
  }

  @Override
  public void close() {
    caretakers.close();
  }
}
