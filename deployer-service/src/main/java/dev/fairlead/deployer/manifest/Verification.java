package dev.fairlead.deployer.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fairlead.deployer.rollout.Looks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a release must show once it has traffic. Suites that a manifest does not name are not run.
 *
 * @param checks requests that every instance must answer as described
 * @param window how long the router's figures are watched at least; zero for not at all
 * @param minimumRequests of the release; with fewer there is no verdict
 * @param maxErrorRate a share, 0 to 1
 * @param holdOnDoubt whether a person is asked when a measurement cannot tell; when absent, only
 *     where deployments need approval
 * @param margin how much worse than the previous release it may be
 */
public record Verification(
    List<HttpCheck> checks,
    Duration window,
    int minimumRequests,
    double maxErrorRate,
    Duration maxP95,
    Margin margin,
    List<DatabaseAssertion> assertions,
    @Nullable SecurityBaseline security,
    @Nullable LoadCheck load,
    @Nullable LogScan logs,
    @Nullable ResourceLimits resources,
    @Nullable Boolean holdOnDoubt) {

  /** Records of earlier versions of Fairlead lack what came later. */
  public Verification {
    margin = Objects.requireNonNullElse(margin, Margin.DEFAULT);
    assertions = Objects.requireNonNullElse(assertions, List.of());
  }

  /** For how much longer than the window the figures are watched while they cannot tell. */
  public Duration longestDoubt() {
    return window.multipliedBy(Looks.MOST_WINDOWS - 1);
  }

  /**
   * How much worse than the release it replaces a release may be.
   *
   * @param errors more of all answers, 0 to 1
   * @param latency so many times the 95th percentile
   */
  public record Margin(double errors, double latency) {

    public static final Margin DEFAULT = new Margin(0.01, 1.5);
  }

  /**
   * @param body a text the answer must contain; {@code {version}} stands for the version
   * @param fields of a JSON answer: from a pointer such as {@code /items/0/id} to its value; {@code
   *     *} for any
   * @param headers of the answer: from a name to its value; {@code *} for any
   */
  public record HttpCheck(
      String path,
      int status,
      @Nullable String body,
      @Nullable Duration maxLatency,
      Map<String, String> fields,
      Map<String, String> headers) {

    public HttpCheck {
      fields = Objects.requireNonNullElse(fields, Map.of());
      headers = Objects.requireNonNullElse(headers, Map.of());
    }
  }

  /**
   * A query whose first value says whether the data is sound.
   *
   * @param database its key in the manifest
   * @param expect the first column of the first row, as text
   */
  public record DatabaseAssertion(
      String name, String database, String query, String expect, Duration timeout) {}

  /**
   * @param path whose answer must carry the headers
   * @param headers from a name to the text its value must contain; {@code *} for any
   * @param authRequired paths that must turn away whoever has no credentials, with 401 or 403
   * @param tls how visitors reach the route; not looked at when absent
   */
  public record SecurityBaseline(
      String path,
      Map<String, String> headers,
      List<String> authRequired,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Tls tls) {}

  /**
   * What the route's visitors get over TLS: a certificate for its host that is trusted and lasts,
   * and no protocol before TLS 1.2.
   *
   * @param address where it is looked at; when absent, at the route's host
   * @param daysLeft for so long the certificate must be good still
   * @param redirectPort where plain requests must be sent to https; when absent nobody asks
   * @param authority file with PEM certificates that are trusted instead of those of the JVM
   */
  public record Tls(
      @Nullable String address,
      int port,
      int daysLeft,
      @Nullable Integer redirectPort,
      @Nullable String authority) {}

  /**
   * @param users who ask one request after the other
   * @param maxErrorRate a share, 0 to 1
   */
  public record LoadCheck(
      String path, int users, Duration duration, Duration maxP95, double maxErrorRate) {}

  /**
   * @param pattern a regular expression of lines that speak of a fault
   * @param atMost so many such lines of one instance are tolerated
   */
  public record LogScan(String pattern, int atMost) {}

  /**
   * @param memoryBytes of one instance
   * @param processors that one instance keeps busy; 0.5 is half of one
   * @param window over which processors are measured
   */
  public record ResourceLimits(
      @Nullable Long memoryBytes, @Nullable Double processors, Duration window) {}
}
