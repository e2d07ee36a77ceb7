package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.http.Http;
import dev.fairlead.deployer.manifest.Verification.SecurityBaseline;
import dev.fairlead.deployer.runtime.Address;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Asks every instance, without credentials, for what nobody should see; and looks at the route over
 * TLS, as visitors do.
 */
public final class SecurityVerification {

  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);

  private final Http http = new Http();
  private final TlsInspection tls;

  public SecurityVerification(Clock clock) {
    this.tls = new TlsInspection(clock);
  }

  /**
   * All faults of all instances and of the route; what does not answer is no proof of anything.
   *
   * @param host of the route
   */
  public Verdict verify(SecurityBaseline baseline, String host, Collection<Address> instances)
      throws InterruptedException {
    if (instances.isEmpty()) {
      return new Verdict.Inconclusive("security: there is no instance to ask");
    }
    List<String> faults = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    for (Address instance : instances) {
      try {
        faults.addAll(faults(baseline, instance));
      } catch (IOException e) {
        silent.add("%s: %s".formatted(instance, e.getMessage()));
      }
    }
    if (baseline.tls() != null) {
      try {
        faults.addAll(tls.faults(baseline.tls(), host));
      } catch (IOException e) {
        silent.add("TLS of %s: %s".formatted(host, e.getMessage()));
      }
    }
    if (!faults.isEmpty()) {
      return new Verdict.Failed("security: " + String.join(", ", faults));
    }
    return silent.isEmpty()
        ? new Verdict.Passed(
            "security: %d header(s) present, %d path(s) closed to strangers%s"
                .formatted(
                    baseline.headers().size(),
                    baseline.authRequired().size(),
                    baseline.tls() == null ? "" : ", TLS in order"))
        : new Verdict.Inconclusive("security: " + String.join(", ", silent));
  }

  private List<String> faults(SecurityBaseline baseline, Address instance)
      throws IOException, InterruptedException {
    List<String> faults = new ArrayList<>();
    if (!baseline.headers().isEmpty()) {
      new AnswerShape(baseline.headers(), Map.of())
          .fault(ask(instance, baseline.path()))
          .ifPresent(fault -> faults.add("GET %s %s".formatted(baseline.path(), fault)));
    }
    for (String path : baseline.authRequired()) {
      int status = ask(instance, path).status();
      if (status != 401 && status != 403) {
        faults.add("GET %s answered %d without credentials".formatted(path, status));
      }
    }
    return faults;
  }

  private Http.Answer ask(Address instance, String path) throws IOException, InterruptedException {
    return http.exchange(HttpRequest.newBuilder(instance.http(path)).build(), LONGEST_ANSWER);
  }
}
