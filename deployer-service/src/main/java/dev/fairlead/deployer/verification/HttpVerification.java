package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.http.Http;
import dev.fairlead.deployer.runtime.Address;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/** Runs HTTP checks against every instance of a release, at its own address. */
public final class HttpVerification {

  private final Http http = new Http();
  private final Duration pause;

  /**
   * @param pause between two tries
   */
  public HttpVerification(Duration pause) {
    this.pause = pause;
  }

  /**
   * Passes if every instance gives a good answer within the tries; stops at the first that fails.
   */
  public Verdict verify(HttpCheck check, Collection<Address> instances)
      throws InterruptedException {
    if (instances.isEmpty()) {
      return new Verdict.Inconclusive(check.name() + ": there is no instance to ask");
    }
    long slowest = 0;
    for (Address instance : instances) {
      Attempts attempts = new Attempts(check, instance.http(check.path()));
      Optional<String> fault = attempts.run();
      if (fault.isPresent()) {
        return new Verdict.Failed(check.name() + ": " + fault.get());
      }
      slowest = Math.max(slowest, attempts.lastTook.toMillis());
    }
    return new Verdict.Passed(
        "%s: %d of %d instances answered GET %s with %d, the slowest in %d ms"
            .formatted(
                check.name(),
                instances.size(),
                instances.size(),
                check.path(),
                check.status(),
                slowest));
  }

  /** The tries at one instance. */
  private final class Attempts {

    private final HttpCheck check;
    private final URI uri;
    private Duration lastTook = Duration.ZERO;

    Attempts(HttpCheck check, URI uri) {
      this.check = check;
      this.uri = uri;
    }

    /** The fault of the last try, if none was good. */
    Optional<String> run() throws InterruptedException {
      Optional<String> fault = Optional.empty();
      for (int attempt = 1; attempt <= check.tries(); attempt++) {
        fault = fault();
        if (fault.isEmpty()) {
          return fault;
        }
        if (attempt < check.tries()) {
          Thread.sleep(pause);
        }
      }
      return fault.map(text -> "GET %s %s (%d tries)".formatted(uri, text, check.tries()));
    }

    private Optional<String> fault() throws InterruptedException {
      try {
        Http.Answer answer = http.exchange(HttpRequest.newBuilder(uri).build(), check.maxLatency());
        lastTook = answer.took();
        return judge(answer);
      } catch (IOException e) {
        return Optional.of("failed: " + e.getMessage());
      }
    }

    private Optional<String> judge(Http.Answer answer) {
      if (answer.status() != check.status()) {
        return Optional.of("answered %d, expected %d".formatted(answer.status(), check.status()));
      }
      return check
          .bodyContains()
          .filter(text -> !answer.body().contains(text))
          .map(text -> "answered without the expected text '%s'".formatted(text))
          .or(() -> check.shape().fault(answer));
    }
  }
}
