package dev.fairlead.alert;

import dev.fairlead.alert.channel.ChannelSettings;
import dev.fairlead.alert.route.Inhibition;
import dev.fairlead.alert.route.Matcher;
import dev.fairlead.alert.route.Route;
import dev.fairlead.alert.route.Routes;
import dev.fairlead.alert.schedule.ScheduleSettings;
import dev.fairlead.events.ApplicationEvent.DrillPolicy;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.service.schedule.Schedule;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who is told what, and how: {@code fairlead.alert.*}. docs/alerts.md has it annotated.
 *
 * @param consoleUrl where the links in messages lead
 * @param receivers lists of channel names, by the receiver's name
 * @param routes in order; the first that matches decides
 * @param remindEvery how often an open alert that nobody acknowledged is told again; 0 for never
 * @param ignoreOlderThan facts older than this raise alerts that notify nobody
 * @param lapseAfter an alert whose end no fact reports is over when it was not reported for so long
 * @param giveUpAfter a notification that could not be delivered for so long has failed
 * @param backups when a backup is missing
 * @param schedules who is on call, by team
 */
@Validated
@ConsistentSettings
@ConfigurationProperties(prefix = "fairlead.alert", ignoreUnknownFields = false)
public record AlertSettings(
    @DefaultValue("http://localhost:7100") URI consoleUrl,
    @DefaultValue Map<String, @Valid ChannelSettings> channels,
    @DefaultValue Map<String, @NotEmpty List<String>> receivers,
    @DefaultValue List<@Valid RouteSettings> routes,
    @DefaultValue List<@Valid InhibitionSettings> inhibitions,
    @DefaultValue("4h") @DurationMin Duration remindEvery,
    @DefaultValue("24h") @DurationMin(seconds = 1) Duration ignoreOlderThan,
    @DefaultValue("26h") @DurationMin(seconds = 1) Duration lapseAfter,
    @DefaultValue("24h") @DurationMin(seconds = 1) Duration giveUpAfter,
    @DefaultValue @Valid BackupsSettings backups,
    @DefaultValue Map<String, ScheduleSettings> schedules) {

  /**
   * @param match matchers, all of which must hold; none matches every alert
   * @param goOn look at the later routes too
   */
  public record RouteSettings(
      @DefaultValue List<String> match,
      @jakarta.validation.constraints.NotBlank String receiver,
      @DefaultValue("false") boolean goOn) {}

  public record InhibitionSettings(
      @NotEmpty List<String> source,
      @NotEmpty List<String> target,
      @DefaultValue List<String> equal) {}

  /**
   * @param schedule of databases whose manifest names none; the same as backup-service has
   * @param grace from when a backup is due until it must be complete and proved
   * @param drill of databases whose manifest names no policy; the same as backup-service has, and
   *     never where it has no private key to open backups with
   * @param proof what a backup must have passed to count of which no drill is promised: completed
   *     or read-back
   */
  public record BackupsSettings(
      @DefaultValue("0 0 2 * * *") String schedule,
      @DefaultValue("2h") @DurationMin(seconds = 1) Duration grace,
      @DefaultValue("every-backup") DrillPolicy drill,
      @DefaultValue("read-back") ProofLevel proof) {}

  public Routes routing() {
    return new Routes(
        routes.stream()
            .map(route -> new Route(matchers(route.match()), route.receiver(), route.goOn()))
            .toList());
  }

  public List<Inhibition> inhibiting() {
    return inhibitions.stream()
        .map(rule -> new Inhibition(matchers(rule.source()), matchers(rule.target()), rule.equal()))
        .toList();
  }

  private static List<Matcher> matchers(List<String> texts) {
    return texts.stream().map(Matcher::parse).toList();
  }

  /** What the parts say about each other that is not so: key and complaint. */
  Map<String, String> contradictions() {
    Map<String, String> found = new LinkedHashMap<>();
    channels.forEach(
        (name, channel) ->
            fallbackComplaint(name, channel)
                .ifPresent(it -> found.put("channels[%s].fallback".formatted(name), it)));
    receivers.forEach(
        (name, list) ->
            list.stream()
                .filter(channel -> !channels.containsKey(channel))
                .forEach(
                    channel ->
                        found.put(
                            "receivers[%s]".formatted(name),
                            "'%s' is not among the channels %s"
                                .formatted(channel, channels.keySet()))));
    for (int i = 0; i < routes.size(); i++) {
      String receiver = routes.get(i).receiver();
      if (!receivers.containsKey(receiver)) {
        found.put(
            "routes[%d].receiver".formatted(i),
            "'%s' is not among the receivers %s".formatted(receiver, receivers.keySet()));
      }
    }
    unreadableMatchers().forEach(found::put);
    unreadableSchedule().ifPresent(put(found, "backups.schedule"));
    schedules.forEach(
        (team, schedule) ->
            schedule
                .complaints()
                .forEach((key, it) -> found.put("schedules[%s].%s".formatted(team, key), it)));
    if (!channels.isEmpty() && routes.stream().noneMatch(route -> route.match().isEmpty())) {
      found.put(
          "routes",
          "the last route must match everything (leave out 'match'), or alerts would reach nobody");
    }
    return found;
  }

  private Optional<String> fallbackComplaint(String name, ChannelSettings channel) {
    String fallback = channel.fallback();
    if (fallback == null || (channels.containsKey(fallback) && !fallback.equals(name))) {
      return Optional.empty();
    }
    return Optional.of(
        fallback.equals(name)
            ? "a channel cannot be its own fallback"
            : "'%s' is not among the channels %s".formatted(fallback, channels.keySet()));
  }

  private Map<String, String> unreadableMatchers() {
    Map<String, String> found = new LinkedHashMap<>();
    for (int i = 0; i < routes.size(); i++) {
      complaint(routes.get(i).match()).ifPresent(put(found, "routes[%d].match".formatted(i)));
    }
    for (int i = 0; i < inhibitions.size(); i++) {
      InhibitionSettings rule = inhibitions.get(i);
      complaint(Stream.concat(rule.source().stream(), rule.target().stream()).toList())
          .ifPresent(put(found, "inhibitions[%d]".formatted(i)));
    }
    return found;
  }

  private Optional<String> unreadableSchedule() {
    try {
      Schedule.parse(backups.schedule());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  private static java.util.function.Consumer<String> put(Map<String, String> found, String key) {
    return complaint -> found.put(key, complaint);
  }

  private static Optional<String> complaint(List<String> matchers) {
    try {
      matchers(matchers);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }
}
