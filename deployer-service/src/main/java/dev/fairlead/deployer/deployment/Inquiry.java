package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.fleet.NotServing;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.deployer.verification.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runtimes are asked about a release that is being judged. One that does not answer is asked
 * again: its engine may be restarting. Where it stays silent nothing was measured, and that is no
 * fault of the release.
 *
 * @param pause before it is asked again
 */
record Inquiry(Instances instances, Duration pause) {

  private static final Logger log = LoggerFactory.getLogger(Inquiry.class);

  static final int ATTEMPTS = 5;

  /** How often is measured what an engine disturbs: one restart is bad luck, three are no place. */
  static final int MEASUREMENTS = 3;

  /** Longer than any engine that is well takes to tell its version. */
  private static final Duration ALERT = Duration.ofSeconds(2);

  /** For whether the hosts answer at all: a question to an engine that hangs takes a minute. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

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
    }
  }

  /**
   * The same of what the instances themselves answer. What speaks against the release while an
   * engine is silent is measured again when that is back and the instances are healthy: it ends
   * them when it is restarted, whatever they are.
   */
  StepResult judge(Release release, Measurement measurement) throws InterruptedException {
    for (int times = 1; ; times++) {
      Optional<String> silence;
      StepResult result;
      try (HostWatch watch = new HostWatch(() -> instances.silence(release, ALERT))) {
        result = judge(measurement);
        if (!(result instanceof StepResult.Failed)) {
          return result;
        }
        silence = watch.silence();
      }
      if (silence.isEmpty()) {
        return result;
      }
      String seen = "%s; meanwhile %s".formatted(silence.get(), result.detail());
      if (times == MEASUREMENTS) {
        return disturbed(seen);
      }
      log.info("release={} measured=again reason=\"{}\"", release.id(), seen);
      Optional<String> stillAway = awaitBack(release);
      if (stillAway.isPresent()) {
        return disturbed("%s; since then %s".formatted(seen, stillAway.get()));
      }
    }
  }

  private static StepResult disturbed(String how) {
    return new StepResult.Inconclusive("not measured undisturbed: %s; %s".formatted(how, ADVICE));
  }

  /** What is still not as it was before; empty when all is. */
  private Optional<String> awaitBack(Release release) throws InterruptedException {
    try {
      ask(there -> there.running(release));
      instances.awaitHealthy(release, release.instances(), Duration.ZERO);
      return Optional.empty();
    } catch (RuntimeFailure | NotServing e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * @throws RuntimeFailure if none of five tries is answered
   */
  <T> T ask(Function<Instances, T> question) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return question.apply(instances.answering(PATIENCE));
      } catch (RuntimeFailure e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        Thread.sleep(pause);
      }
    }
  }

  /** Where the instances of the release that run are reached. */
  List<Address> addresses(Release release) throws InterruptedException {
    return ask(there -> there.running(release)).stream()
        .map(Instance::address)
        .flatMap(Optional::stream)
        .toList();
  }
}
