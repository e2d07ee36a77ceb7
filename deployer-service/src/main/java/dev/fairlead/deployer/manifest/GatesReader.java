package dev.fairlead.deployer.manifest;

import static dev.fairlead.deployer.manifest.Durations.between;

import dev.fairlead.deployer.manifest.GatePolicy.Demand;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.springframework.scheduling.support.CronExpression;

/** {@code gates}: when nothing may be deployed, and how serious some checks are. */
final class GatesReader {

  private static final Map<String, Demand> DEMANDS =
      Map.of("must", Demand.MUST, "should", Demand.SHOULD, "ignore", Demand.IGNORE);
  private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);

  private GatesReader() {}

  static GatePolicy read(Section section) {
    GatePolicy policy =
        new GatePolicy(
            section.listOfSections("freezes", GatesReader::freeze),
            section.or("incidents", Scalars.oneOfWords(DEMANDS), GatePolicy.DEFAULT.incidents()),
            section.or("on-call", Scalars.oneOfWords(DEMANDS), GatePolicy.DEFAULT.onCall()));
    section.end();
    return policy;
  }

  private static Freeze freeze(Section section) {
    Optional<String> kind = section.oneOf("starts", "from");
    String name = section.required("name", Scalars::filledText, "");
    ZoneId zone = section.or("zone", GatesReader::zone, ZoneOffset.UTC);
    Freeze freeze =
        kind.filter("starts"::equals).isPresent()
            ? new Freeze.Recurring(
                name,
                section.required("starts", GatesReader::cron, ""),
                section.required(
                    "for", between(Duration.ofMinutes(1), Duration.ofDays(31)), Duration.ofDays(1)),
                zone)
            : once(section, name, zone);
    section.end();
    return freeze;
  }

  private static Freeze once(Section section, String name, ZoneId zone) {
    LocalDateTime from = section.required("from", GatesReader::dateTime, EPOCH);
    LocalDateTime until = section.required("until", GatesReader::dateTime, EPOCH.plusDays(1));
    if (!until.isAfter(from)) {
      section.violate("until", "%s is not after %s".formatted(until, from));
    }
    return new Freeze.Once(name, from, until, zone);
  }

  private static String cron(String text) {
    if (!CronExpression.isValidExpression(text)) {
      throw new IllegalArgumentException(
          "'%s' is no cron expression; expected second, minute, hour, day, month and weekday, such as 0 0 17 * * FRI"
              .formatted(text));
    }
    return text;
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'%s' is no time zone; expected one such as Europe/Berlin".formatted(text), e);
    }
  }

  private static LocalDateTime dateTime(String text) {
    try {
      return LocalDateTime.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'%s' is no date and time; expected one such as 2026-12-20T18:00".formatted(text), e);
    }
  }
}
