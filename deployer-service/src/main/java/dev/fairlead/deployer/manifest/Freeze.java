package dev.fairlead.deployer.manifest;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;

/** When nothing may be deployed, by the clocks on the walls of a zone. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
public sealed interface Freeze {

  /** What people call it. */
  String name();

  ZoneId zone();

  /** Once. */
  @JsonTypeName("once")
  record Once(String name, LocalDateTime from, LocalDateTime until, ZoneId zone)
      implements Freeze {}

  /**
   * Again and again.
   *
   * @param starts a cron expression with seconds, as Spring reads it
   * @param length as the clock on the wall shows it: a weekend is as long when clocks change
   */
  @JsonTypeName("recurring")
  record Recurring(String name, String starts, Duration length, ZoneId zone) implements Freeze {}
}
