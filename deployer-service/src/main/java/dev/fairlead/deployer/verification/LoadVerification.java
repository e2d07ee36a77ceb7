package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.http.Http;
import dev.fairlead.deployer.manifest.Verification.LoadCheck;
import dev.fairlead.deployer.runtime.Address;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Puts load on the instances of a release: so many users, each of whom asks again as soon as there
 * is an answer. Instances are asked at their own addresses, so the router's figures stay those of
 * real visitors.
 */
public final class LoadVerification {

  /** Nobody waits longer for a page. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

  /** Fewer answers say nothing of a 95th percentile. */
  private static final int FEWEST = 100;

  private final Http http = new Http();

  public Verdict verify(LoadCheck check, List<Address> instances) throws InterruptedException {
    if (instances.isEmpty()) {
      return new Verdict.Inconclusive("load: there is no instance to ask");
    }
    long end = System.nanoTime() + check.duration().toNanos();
    List<Callable<Visit>> users = new ArrayList<>();
    for (int user = 0; user < check.users(); user++) {
      URI uri = instances.get(user % instances.size()).http(check.path());
      users.add(() -> visit(uri, end));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Visit> visits = new ArrayList<>();
      for (Future<Visit> visit : threads.invokeAll(users)) {
        visits.add(visit.get());
      }
      return verdict(check, Visit.sumOf(visits));
    } catch (ExecutionException e) {
      return new Verdict.Inconclusive("load: the measurement broke: " + e.getCause());
    }
  }

  /** What one user saw, or all of them: the milliseconds of each good answer, and the bad ones. */
  record Visit(double[] millis, long failed) {

    static Visit sumOf(List<Visit> visits) {
      return new Visit(
          visits.stream().flatMapToDouble(visit -> Arrays.stream(visit.millis)).sorted().toArray(),
          visits.stream().mapToLong(Visit::failed).sum());
    }

    /** Of sorted times. */
    double p95() {
      return millis.length == 0 ? 0 : millis[(int) Math.ceil(millis.length * 0.95) - 1];
    }

    long all() {
      return millis.length + failed;
    }
  }

  static Verdict verdict(LoadCheck check, Visit seen) {
    double errorRate = seen.all() == 0 ? 0 : (double) seen.failed() / seen.all();
    String evidence =
        "load: %d users, %d requests, %.2f %% errors, p95 %.0f ms in %d s"
            .formatted(
                check.users(),
                seen.all(),
                100 * errorRate,
                seen.p95(),
                check.duration().toSeconds());
    if (seen.all() < FEWEST) {
      return errorRate > 0.5
          ? new Verdict.Failed(evidence)
          : new Verdict.Inconclusive("%s; at least %d are needed".formatted(evidence, FEWEST));
    }
    List<String> faults = new ArrayList<>();
    if (errorRate > check.maxErrorRate()) {
      faults.add("more errors than the allowed %.2f %%".formatted(100 * check.maxErrorRate()));
    }
    if (seen.p95() > check.maxP95().toMillis()) {
      faults.add("p95 above the allowed %d ms".formatted(check.maxP95().toMillis()));
    }
    return faults.isEmpty()
        ? new Verdict.Passed(evidence)
        : new Verdict.Failed(evidence + "; " + String.join(", ", faults));
  }

  private Visit visit(URI uri, long end) throws InterruptedException {
    List<Double> millis = new ArrayList<>();
    long failed = 0;
    while (System.nanoTime() < end) {
      try {
        Http.Answer answer = http.exchange(HttpRequest.newBuilder(uri).build(), LONGEST_ANSWER);
        if (answer.status() < 500) {
          millis.add(answer.took().toNanos() / 1e6);
        } else {
          failed++;
        }
      } catch (IOException e) {
        failed++;
        // who cannot even connect must not spin
        Thread.sleep(10);
      }
    }
    return new Visit(millis.stream().mapToDouble(Double::doubleValue).toArray(), failed);
  }
}
