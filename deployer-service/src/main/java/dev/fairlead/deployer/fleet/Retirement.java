package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Fence;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;

/**
 * Ends instances of a release that a newer one replaces.
 *
 * @param pause before a host that has to take part is asked again
 */
public record Retirement(Instances instances, Duration pause) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 5;

  /**
   * Stops those that can be stopped now. They have no traffic any more, and whoever looks after the
   * place stops the others later: that is no reason to take back what has replaced them.
   */
  public String stop(Release old, List<InstanceId> ids, long fence) throws InterruptedException {
    Instances there = answering(old);
    RollCall roll = RollCall.called(there.runtimes(), old, ids);
    try {
      return roll.tell(there.stop(old, roll.here(), fence));
    } catch (RuntimeFailure e) {
      return "not everything of %s is stopped: %s; the rest follows as soon as that is over"
          .formatted(old.version(), e.getMessage());
    }
  }

  /**
   * Stops all of these, before anything else is started. A host that this deployer no longer has is
   * gone: whoever took it out of the settings says so. An engine that is just being restarted is
   * given the time for it.
   *
   * @throws NotServing if one may run still
   */
  public String stopAll(Release old, List<InstanceId> ids, long fence) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return stopKnown(answering(old), old, ids, fence);
      } catch (RuntimeFailure e) {
        if (attempt == ATTEMPTS) {
          throw new NotServing(
              "two releases of %s must never run at once, and nobody can see the old one stopped: %s"
                  .formatted(old.place(), e.getMessage()),
              "see that it answers; or, if that host is gone for good and nothing runs there any more, take it out of fairlead.deployer.docker-hosts; then deploy again");
        }
        Thread.sleep(pause);
      }
    }
  }

  private static String stopKnown(Instances there, Release old, List<InstanceId> ids, long fence)
      throws InterruptedException {
    List<String> gone = RollCall.unknown(there.runtimes(), old.spec());
    List<InstanceId> known = ids.stream().filter(id -> hasHostOf(there, old, id)).toList();
    String done = there.stop(old, known, fence);
    if (gone.isEmpty()) {
      return done;
    }
    // one that was only given another name has them still
    there.stop(
        old.place(), found -> found.deployment().equals(old.id()), new Fence(old.place(), fence));
    return "%s; %s: what was there is taken to be gone".formatted(done, String.join("; ", gone));
  }

  private static boolean hasHostOf(Instances there, Release old, InstanceId id) {
    return there.runtimes().has(old.spec().runtime(), old.hostOf(id));
  }

  private Instances answering(Release old) {
    return instances.answering(Hosts.withEngines(old), PATIENCE);
  }
}
