package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.NotServing;
import dev.fairlead.deployer.fleet.RollCall;
import dev.fairlead.deployer.fleet.Traffic;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.router.RouterFailure;
import dev.fairlead.deployer.runtime.EngineAway;
import dev.fairlead.deployer.runtime.StaleFence;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts one place at a time back to how its release left it, unless a deployment changes it. */
final class Care {

  private static final Logger log = LoggerFactory.getLogger(Care.class);

  /** One that needs longer to become healthy keeps no other place waiting. */
  private static final Duration MOST_WAITING = Duration.ofSeconds(30);

  private final Instances instances;
  private final Traffic traffic;
  private final Tokens tokens;
  private final Crashes crashes;
  private final News news;
  private final InstantSource clock;

  /** Gives whoever wants to change a place the right to, unless somebody else has it. */
  @FunctionalInterface
  interface Tokens {
    OptionalLong of(Release serving);
  }

  Care(
      Instances instances,
      Traffic traffic,
      Tokens tokens,
      Crashes crashes,
      News news,
      InstantSource clock) {
    this.instances = instances;
    this.traffic = traffic;
    this.tokens = tokens;
    this.crashes = crashes;
    this.news = news;
    this.clock = clock;
  }

  /**
   * @param others whether anything of another release was seen at the place
   */
  void lookAfter(Release release, boolean others) throws InterruptedException {
    try {
      Muster muster = muster(release);
      if (needsCare(release, muster, others)) {
        OptionalLong fence = tokens.of(release);
        if (fence.isPresent()) {
          restore(release, fence.getAsLong());
        }
      }
      tellWhoWaits(release, muster);
    } catch (StaleFence | NotServing | EngineAway | RouterFailure e) {
      String line =
          "place=%s upkeep=later reason=\"%s\"".formatted(release.place(), e.getMessage());
      if (news.is(release.place(), line)) {
        log.info(line);
      }
    } catch (RuntimeException e) {
      String line = "place=%s upkeep=failed reason=\"%s\"".formatted(release.place(), e);
      if (news.is(release.place(), line)) {
        log.warn(line);
      }
    }
  }

  private Muster muster(Release release) {
    return Muster.of(instances, release, crashes, clock.instant());
  }

  private boolean needsCare(Release release, Muster muster, boolean others)
      throws InterruptedException {
    return !muster.due().isEmpty() || others || !traffic.isAsLeft(release, muster.roll());
  }

  /** Looks again: what was seen before there was a token may be out of date. */
  private void restore(Release release, long fence) throws InterruptedException {
    Muster muster = muster(release);
    RollCall roll = muster.roll();
    if (!muster.due().isEmpty()) {
      log.info("place={} exited={} next=start again", release.place(), muster.due());
      instances.start(release, muster.due(), fence);
      instances.awaitHealthy(release, muster.due(), Duration.ZERO, MOST_WAITING);
    }
    // those that are away and serve are left to: what cannot be asked may well answer its visitors
    if (roll.complete() || !traffic.isServing(release, roll)) {
      traffic.give(release, roll.here(), fence);
    }
    traffic.release(release.spec(), fence);
    instances.stopOthers(release, fence);
  }

  private void tellWhoWaits(Release release, Muster muster) {
    if (muster.waiting().isEmpty()) {
      news.settled(release.place());
      return;
    }
    String line =
        "place=%s crashes-again-and-again=%s next=start again then"
            .formatted(release.place(), muster.waiting());
    if (news.is(release.place(), line)) {
      log.warn(line);
    }
  }
}
