package dev.fairlead.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of the applications, keyed {@code application/environment}; compacted. */
public sealed interface ApplicationEvent extends Event {

  ApplicationName application();

  EnvironmentName environment();

  default Place place() {
    return new Place(application(), environment());
  }

  @Override
  default String subject() {
    return place().toString();
  }

  @Override
  default Topic topic() {
    return Topic.APPLICATIONS;
  }

  /**
   * A manifest was applied: the whole of what other services need of it, for one environment. A
   * later one for the same place replaces it entirely.
   *
   * @param manifestHash sha256 of the resolved manifest, hexadecimal
   */
  @EventName("application-applied")
  record ApplicationApplied(
      ApplicationName application,
      EnvironmentName environment,
      String manifestHash,
      @Nullable String team,
      List<HealthTarget> targets,
      List<Database> databases,
      Map<String, String> labels)
      implements ApplicationEvent {}

  /**
   * Something to probe.
   *
   * @param address a URL for http, {@code host:port} for tcp, a JDBC URL for postgresql
   * @param everySeconds 1 to 86 400
   * @param timeoutMillis 1 to 60 000
   * @param expectStatus for http; 200 when absent
   * @param expectBody for http: a text the body must contain
   * @param query for postgresql; {@code SELECT 1} when absent
   * @param failures so many failed probes within {@code windowSeconds} make it degraded
   */
  record HealthTarget(
      TargetId id,
      ProbeKind probe,
      String address,
      long everySeconds,
      long timeoutMillis,
      @Nullable Integer expectStatus,
      @Nullable String expectBody,
      @Nullable String query,
      @Nullable String username,
      @Nullable SecretReference password,
      Severity severity,
      int failures,
      long windowSeconds,
      int recoverAfter) {}

  /**
   * A database to back up.
   *
   * @param name of the database on its server
   * @param schedule a Spring cron expression, in UTC unless a time zone follows it, as in {@code 0
   *     0 2 * * * Europe/Berlin}; the service's default when absent
   * @param files absolute paths of files and folders that are archived with it; none when absent
   * @param drill how often a backup is restored to prove it; the service's default when absent
   * @param warm whether the latest drilled backup is kept restored beside the database, so that
   *     going back to it takes a moment; the service's default when absent
   * @param minimumRows in all tables together, at least 1; a backup with fewer is refused; any
   *     number will do when absent
   */
  record Database(
      DatabaseId id,
      String host,
      int port,
      String name,
      String username,
      @Nullable SecretReference password,
      @Nullable String schedule,
      @Nullable Integer keepDays,
      @Nullable DrillPolicy drill,
      @Nullable List<String> files,
      @Nullable Boolean warm,
      @Nullable Integer minimumRows) {}

  /** Which backups are restored into a throwaway cluster and compared with their snapshot. */
  enum DrillPolicy {
    @JsonProperty("every-backup")
    EVERY_BACKUP,
    /** The newest, when a day has passed since the last drill. */
    @JsonProperty("daily")
    DAILY,
    /** The newest, when a week has passed since the last drill. */
    @JsonProperty("weekly")
    WEEKLY,
    @JsonProperty("never")
    NEVER
  }

  /** The application is no longer there; its targets and schedules end. */
  @EventName("application-removed")
  record ApplicationRemoved(ApplicationName application, EnvironmentName environment)
      implements ApplicationEvent {}
}
