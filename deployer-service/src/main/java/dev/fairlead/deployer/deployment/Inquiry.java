package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.fleet.Instances;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.Instance;
import dev.fairlead.deployer.runtime.RuntimeFailure;
import dev.fairlead.deployer.verification.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What runtimes are asked about a release that is being judged. One that does not answer is asked
 * again: its engine may be restarting. Where it stays silent nothing was measured, and that is no
 * fault of the release.
 *
 * @param pause before it is asked again
 */
record Inquiry(Instances instances, Duration pause) {

  static final int ATTEMPTS = 5;

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
