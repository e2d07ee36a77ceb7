package dev.fairlead.alert.route;

import com.fasterxml.jackson.annotation.JsonAlias;
import dev.fairlead.events.SilenceId;
import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@PreAuthorize("hasRole('VIEWER')")
class SilenceController {

  /** Longer than this is no silence but a forgotten one. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private final Silences silences;
  private final Clock clock;

  SilenceController(Silences silences, Clock clock) {
    this.silences = silences;
    this.clock = clock;
  }

  /**
   * What shall be silent, and how long: one of {@code duration} and {@code until}.
   *
   * @param matchers such as {@code application=orders} or {@code severity=~warning|info}
   * @param duration such as 2h or PT2H, from {@code startsAt}
   * @param startsAt now when absent
   */
  record Request(
      @NotEmpty List<@NotBlank String> matchers,
      @Nullable String duration,
      @Nullable Instant until,
      @Nullable Instant startsAt,
      @JsonAlias("reason") @NotBlank String comment) {}

  /** A silence as users see it. */
  record View(
      String silence,
      List<String> matchers,
      Instant startsAt,
      Instant endsAt,
      String createdBy,
      String comment) {

    static View of(Silence silence) {
      return new View(
          silence.id().toString(),
          silence.matchers().stream().map(Matcher::toString).toList(),
          silence.startsAt(),
          silence.endsAt(),
          silence.createdBy().value(),
          silence.comment());
    }
  }

  @GetMapping("/silences")
  List<View> list() {
    return silences.notEnded(clock.instant()).stream().map(View::of).toList();
  }

  @PostMapping("/silences")
  @PreAuthorize("hasRole('ON_CALL')")
  @ResponseStatus(HttpStatus.CREATED)
  View create(@Valid @RequestBody Request request) {
    Instant now = clock.instant();
    Instant start = Objects.requireNonNullElse(request.startsAt(), now);
    Silence silence =
        new Silence(
            SilenceId.random(),
            request.matchers().stream().map(SilenceController::matcher).toList(),
            start,
            end(request, start),
            Caller.current().actor(),
            request.comment());
    if (!silence.endsAt().isAfter(now)) {
      throw invalid(
          "the silence would end at %s, which is past".formatted(silence.endsAt()),
          "Give a startsAt and a duration that reach into the future.");
    }
    silences.create(silence, now);
    return View.of(silence);
  }

  @DeleteMapping("/silences/{id}")
  @PreAuthorize("hasRole('ON_CALL')")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void end(@PathVariable String id) {
    SilenceId silence = parsed(id);
    if (!silences.end(silence, clock.instant()) && silences.find(silence).isEmpty()) {
      throw unknown(id);
    }
  }

  /** The event of a silence cannot carry a negation, and a silence of all but one is a mistake. */
  private static Matcher matcher(String text) {
    try {
      Matcher matcher = Matcher.parse(text);
      if (matcher.negated()) {
        throw invalid(
            "matcher '%s' negates".formatted(text),
            "Say what is to be silent, with = or =~, not what is not.");
      }
      return matcher;
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()), "Correct the matcher.");
    }
  }

  private static Instant end(Request request, Instant start) {
    String text = request.duration();
    Instant until = request.until();
    if ((text == null) == (until == null)) {
      throw invalid(
          "a silence needs an end: either duration or until",
          "Write \"duration\": \"2h\" or an instant in \"until\".");
    }
    Duration length = text == null ? Duration.between(start, until) : parsedDuration(text);
    if (!length.isPositive() || length.compareTo(LONGEST) > 0) {
      throw invalid(
          "the silence would last %s; expected more than nothing and at most 30 days"
              .formatted(length),
          "Write 30m, 2h, 1d or PT2H.");
    }
    return start.plus(length);
  }

  private static Duration parsedDuration(String text) {
    try {
      return DurationStyle.detectAndParse(text);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException _) {
      throw invalid("duration '%s' is not valid".formatted(text), "Write 30m, 2h, 1d or PT2H.");
    }
  }

  private static SilenceId parsed(String id) {
    try {
      return SilenceId.of(id);
    } catch (IllegalArgumentException _) {
      throw unknown(id);
    }
  }

  private static Refusal invalid(String detail, String advice) {
    return new Refusal(HttpStatus.BAD_REQUEST, "invalid-silence", detail, advice);
  }

  private static Refusal unknown(String id) {
    return Refusal.unknown(
        "silence", id, "fairlead alerts silences lists those there are (GET /silences).");
  }
}
