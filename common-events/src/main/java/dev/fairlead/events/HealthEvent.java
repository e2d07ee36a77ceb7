package dev.fairlead.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the probes found, keyed by {@link TargetId}. */
public sealed interface HealthEvent extends Event {

  TargetId target();

  @Override
  default String subject() {
    return target().toString();
  }

  @Override
  default Topic topic() {
    return Topic.HEALTH;
  }

  /**
   * The target failed often enough within its window. The same incident ends with {@link
   * HealthRecovered}.
   *
   * @param probe http, tcp, postgresql …
   * @param failures failed probes within the window
   * @param reason what the last failed probe saw
   */
  @EventName("health-degraded")
  record HealthDegraded(
      IncidentId incident,
      TargetId target,
      @Nullable ApplicationName application,
      @Nullable EnvironmentName environment,
      ProbeKind probe,
      Severity severity,
      int failures,
      long windowSeconds,
      Instant firstFailureAt,
      String reason)
      implements HealthEvent {}

  /**
   * The incident of a target is over.
   *
   * @param downMillis from the first failure to the success that ended the incident
   */
  @EventName("health-recovered")
  record HealthRecovered(
      IncidentId incident,
      TargetId target,
      @Nullable ApplicationName application,
      @Nullable EnvironmentName environment,
      long downMillis)
      implements HealthEvent {}

  /** The prober itself cannot tell: its own network, name service or database is at fault. */
  @EventName("health-unknown")
  record HealthUnknown(
      TargetId target,
      @Nullable ApplicationName application,
      @Nullable EnvironmentName environment,
      String reason)
      implements HealthEvent {}

  @EventName("certificate-expiring")
  record CertificateExpiring(TargetId target, String host, Instant notAfter, long daysLeft)
      implements HealthEvent {}

  /**
   * A target does worse than it used to.
   *
   * @param metric such as latency-p95
   * @param baseline and {@code current}: in {@code unit}
   */
  @EventName("performance-regressed")
  record PerformanceRegressed(
      TargetId target,
      @Nullable ApplicationName application,
      @Nullable EnvironmentName environment,
      @Nullable DeploymentId deployment,
      String metric,
      double baseline,
      double current,
      String unit)
      implements HealthEvent {}

  /**
   * A resource of a target is nearly used up.
   *
   * @param resource disk, memory or cpu
   * @param usedPercent 0 to 100
   */
  @EventName("resource-pressure")
  record ResourcePressure(
      TargetId target, String resource, double usedPercent, double limitPercent, String detail)
      implements HealthEvent {}

  @EventName("heartbeat-missed")
  record HeartbeatMissed(TargetId target, @Nullable Instant lastSeenAt, long expectedEverySeconds)
      implements HealthEvent {}

  /** A summary of the probes of one minute, for dashboards. */
  @EventName("health-sampled")
  record HealthSampled(
      TargetId target,
      Instant from,
      Instant to,
      int probes,
      int failures,
      double latencyP50Millis,
      double latencyP95Millis)
      implements HealthEvent {}
}
