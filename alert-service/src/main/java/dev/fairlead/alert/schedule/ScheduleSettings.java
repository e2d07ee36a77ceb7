package dev.fairlead.alert.schedule;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is on call for a team, as people write it down. Texts, so that everything that is wrong can
 * be told at once, each with its key.
 *
 * @param zone whose wall clock the times are by
 * @param rotations first the one to be asked first
 */
public record ScheduleSettings(
    @DefaultValue("UTC") String zone, @DefaultValue List<RotationSettings> rotations) {

  private static final Pattern EVERY = Pattern.compile("([1-9][0-9]{0,2})([dw])");
  private static final Pattern HOURS = Pattern.compile("(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)");
  private static final int MOST_DAYS = 365;
  private static final int DAYS_OF_A_WEEK = 7;

  /**
   * @param people in the order of their turns
   * @param starts when the first one's first turn begins, and each day at which it is handed over
   * @param every how long a turn is: days or weeks
   * @param hours in which it answers; always when absent
   * @param days on which these hours begin; every day when empty
   */
  public record RotationSettings(
      @DefaultValue List<String> people,
      @Nullable String starts,
      @DefaultValue("1w") String every,
      @Nullable String hours,
      @DefaultValue List<String> days) {}

  /** What is wrong, by key. */
  public Map<String, String> complaints() {
    Map<String, String> found = new LinkedHashMap<>();
    read("UTC", found);
    return found;
  }

  /** Of settings that have no complaints. */
  Rota rota(String team) {
    return read(team, new LinkedHashMap<>());
  }

  private Rota read(String team, Map<String, String> found) {
    ZoneId known = zone(found);
    if (rotations.isEmpty()) {
      found.put("rotations", "there are none; expected at least one with people");
    }
    List<Rotation> read = new ArrayList<>();
    for (int i = 0; i < rotations.size(); i++) {
      read.add(rotation(rotations.get(i), known, "rotations[%d].".formatted(i), found));
    }
    return new Rota(team, read);
  }

  private ZoneId zone(Map<String, String> found) {
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException _) {
      found.put("zone", "'%s' is no time zone; expected one such as Europe/Berlin".formatted(zone));
      return ZoneId.of("UTC");
    }
  }

  private static Rotation rotation(
      RotationSettings settings, ZoneId zone, String key, Map<String, String> found) {
    if (settings.people().isEmpty() || settings.people().stream().anyMatch(String::isBlank)) {
      found.put(key + "people", "expected at least one name, and none that is blank");
    }
    return new Rotation(
        settings.people(),
        starts(settings, key, found),
        days(settings, key, found),
        hours(settings, key, found),
        zone);
  }

  private static LocalDateTime starts(
      RotationSettings settings, String key, Map<String, String> found) {
    try {
      return LocalDateTime.parse(String.valueOf(settings.starts()));
    } catch (DateTimeException _) {
      found.put(
          key + "starts",
          "'%s' is no date and time; expected one such as 2026-11-02T09:00"
              .formatted(settings.starts()));
      return LocalDateTime.MIN.withYear(1970);
    }
  }

  private static int days(RotationSettings settings, String key, Map<String, String> found) {
    Matcher every = EVERY.matcher(settings.every());
    int days =
        every.matches()
            ? Integer.parseInt(every.group(1)) * (every.group(2).equals("w") ? DAYS_OF_A_WEEK : 1)
            : 0;
    if (days < 1 || days > MOST_DAYS) {
      found.put(
          key + "every",
          "'%s' is not valid; expected days or weeks, such as 1d or 2w, up to a year"
              .formatted(settings.every()));
      return 1;
    }
    return days;
  }

  private static Hours hours(RotationSettings settings, String key, Map<String, String> found) {
    Set<DayOfWeek> days = weekdays(settings, key, found);
    if (settings.hours() == null) {
      return new Hours(days, Hours.ALWAYS.from(), Hours.ALWAYS.until());
    }
    Matcher hours = HOURS.matcher(settings.hours());
    try {
      if (hours.matches()) {
        return new Hours(days, LocalTime.parse(hours.group(1)), LocalTime.parse(hours.group(2)));
      }
    } catch (DateTimeException _) {
      // told below, like all else that is no time of day
    }
    found.put(
        key + "hours",
        "'%s' is not valid; expected such as 09:00-17:00, or 20:00-08:00"
            .formatted(settings.hours()));
    return Hours.ALWAYS;
  }

  private static Set<DayOfWeek> weekdays(
      RotationSettings settings, String key, Map<String, String> found) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String name : settings.days()) {
      List<DayOfWeek> meant =
          EnumSet.allOf(DayOfWeek.class).stream()
              .filter(
                  day ->
                      day.name().equalsIgnoreCase(name)
                          || day.name().substring(0, 3).equalsIgnoreCase(name))
              .toList();
      if (meant.isEmpty()) {
        found.put(
            key + "days",
            "'%s' is no day; expected mon, tue, wed, thu, fri, sat or sun"
                .formatted(name.toLowerCase(Locale.ROOT)));
      }
      days.addAll(meant);
    }
    return days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days;
  }
}
