package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.NotServing;
import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.deployer.verification.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runtimes are asked about a release that is being judged. One that does not answer is asked
 * again: its engine may be restarting. What cannot be asked at all is not measured, and that is no
 * fault of the release; what was measured counts, however silent a runtime was meanwhile.
 *
 * @param pause before it is asked again
 */
record Inquiry(Instances instances, Duration pause, Clock clock) {

  private static final Logger log = LoggerFactory.getLogger(Inquiry.class);

  static final int ATTEMPTS = 5;

  /** How often is measured what an engine disturbs: one restart is bad luck, three are no place. */
  static final int MEASUREMENTS = 3;

  /** For whether the hosts answer at all: a question to an engine that hangs takes a minute. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** An engine that is restarted gives each container 10 s to end. */
  private static final Duration RESTART = Duration.ofSeconds(45);

  private static final String ADVICE =
      "see that it answers, then deploy again or vouch for the release";

  /** Something that is measured with the help of runtimes. */
  @FunctionalInterface
  interface Measurement {
    List<Verdict> verdicts() throws InterruptedException;
  }

  /** What was found; inconclusive where a runtime left the measurement without data. */
  StepResult judge(Measurement measurement) throws InterruptedException {
    try {
      return VerificationWork.result(measurement.verdicts());
    } catch (RuntimeFailure e) {
      return new StepResult.Inconclusive(
          "not measured in %d tries: %s; %s".formatted(ATTEMPTS, e.getMessage(), ADVICE));
    } catch (NotServing e) {
      return StepResult.failed(String.valueOf(e.getMessage()), e.advice());
    }
  }

  /**
   * The same of what the instances themselves answer, from this moment on: whatever an engine does,
   * nobody is left with a bad release because of it. What does not speak for the release is
   * measured again where an engine is seen to have ended and started instances meanwhile, which it
   * does when it is restarted, whatever they are. Without that evidence, or without the time for
   * another measurement, what was found stays.
   *
   * @param deadline of the deployment
   */
  StepResult judge(Release release, Instant deadline, Measurement measurement)
      throws InterruptedException {
    if (release.spec().runtime() != RuntimeKind.DOCKER) {
      return judge(measurement);
    }
    for (int times = 1; ; times++) {
      Instant begun = clock.instant();
      Starts before = Starts.of(instances.answering(PATIENCE), release);
      StepResult found = judge(measurement);
      if (found instanceof StepResult.Succeeded || times == MEASUREMENTS) {
        return found;
      }
      Instant latest = deadline.minus(Duration.between(begun, clock.instant()));
      List<InstanceId> disturbed = startedByEngine(release, before, begun, latest);
      if (disturbed.isEmpty()) {
        return found;
      }
      log.info(
          "release={} found=\"{}\" disturbed={} next=\"measure again\"",
          release.id(),
          found.detail(),
          disturbed);
      Optional<StepResult> stays = unlessHealthy(release, disturbed, found, latest);
      if (stays.isPresent()) {
        return stays.get();
      }
    }
  }

  /** Awaits an engine that is just being restarted; none where it is too late to begin anew. */
  private List<InstanceId> startedByEngine(
      Release release, Starts before, Instant begun, Instant latest) throws InterruptedException {
    Instant patient = clock.instant().plus(RESTART);
    Instant until = patient.isBefore(latest) ? patient : latest;
    Starts now = Starts.of(instances.answering(PATIENCE), release);
    while (!now.allRun(release) && !now.crashedSince(before)) {
      if (!clock.instant().plus(pause).isBefore(until)) {
        break;
      }
      Thread.sleep(pause);
      now = Starts.of(instances.answering(PATIENCE), release);
    }
    return now.crashedSince(before) || clock.instant().isAfter(latest)
        ? List.of()
        : now.startedByEngineSince(before, begun);
  }

  /** What stays found, where the instances do not come back well. */
  private Optional<StepResult> unlessHealthy(
      Release release, List<InstanceId> ids, StepResult found, Instant latest)
      throws InterruptedException {
    try {
      Duration left = Duration.between(clock.instant(), latest);
      instances.answering(PATIENCE).awaitHealthy(release, ids, Duration.ZERO, left);
      return Optional.empty();
    } catch (NotServing e) {
      if (!clock.instant().isBefore(latest)) {
        return Optional.of(found);
      }
      return Optional.of(
          StepResult.failed("%s; then %s".formatted(found.detail(), e.getMessage()), e.advice()));
    } catch (RuntimeFailure away) {
      return Optional.of(found);
    }
  }

  /**
   * @throws RuntimeFailure if none of five tries is answered
   */
  <T> T ask(Function<Instances, T> question) throws InterruptedException {
    return ask(() -> instances.answering(PATIENCE), question);
  }

  /**
   * @param host the one that the question is for: no other is tried
   * @throws RuntimeFailure if none of five tries is answered
   */
  <T> T ask(HostName host, Function<Instances, T> question) throws InterruptedException {
    return ask(() -> instances.answering(Set.of(host), PATIENCE), question);
  }

  private <T> T ask(Supplier<Instances> there, Function<Instances, T> question)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return question.apply(there.get());
      } catch (RuntimeFailure e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        Thread.sleep(pause);
      }
    }
  }

  /**
   * Where the instances of the release are reached.
   *
   * @throws NotServing if one does not run, also after a while
   */
  List<Address> addresses(Release release) throws InterruptedException {
    List<Instance> running = ask(there -> there.running(release));
    for (int more = 1; more < ATTEMPTS && !complete(running, release); more++) {
      Thread.sleep(pause);
      running = ask(there -> there.running(release));
    }
    if (!complete(running, release)) {
      throw new NotServing(
          "%d of %d instances run".formatted(running.size(), release.instances().size()),
          "look at the logs of the others for why they ended");
    }
    return running.stream().map(Instance::address).flatMap(Optional::stream).toList();
  }

  private static boolean complete(List<Instance> running, Release release) {
    return running.size() == release.instances().size();
  }
}
