package dev.fairlead.alert.schedule;

import dev.fairlead.service.problem.Refusal;
import dev.fairlead.service.security.Caller;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Who is on call over HTTP. Everyone reads; people on call change turns among themselves. */
@RestController
@RequestMapping("/on-call")
@PreAuthorize("hasRole('VIEWER')")
class OnCallController {

  /** Longer than this is no exception but another rota. */
  private static final Duration LONGEST = Duration.ofDays(90);

  private final Rotas rotas;
  private final Substitutions substitutions;
  private final Clock clock;

  OnCallController(Rotas rotas, Substitutions substitutions, Clock clock) {
    this.rotas = rotas;
    this.substitutions = substitutions;
    this.clock = clock;
  }

  /**
   * @param next who is on call after that; absent when nothing changes
   */
  record TeamView(
      String team,
      List<String> onCall,
      @Nullable Instant until,
      @Nullable List<String> next,
      List<Substitution> overrides) {}

  /**
   * Who stands in, and how long: one of {@code duration} and {@code until}.
   *
   * @param insteadOf whose turns are taken; everybody's when absent
   * @param from now when absent
   * @param duration such as 4h or PT4H
   */
  record OverrideBody(
      @NotBlank @Size(max = 100) String person,
      @Nullable @Size(max = 100) String insteadOf,
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable String duration,
      @NotBlank @Size(max = 1000) String reason) {}

  @GetMapping
  List<TeamView> now() {
    return rotas.all().stream().map(this::view).toList();
  }

  @GetMapping("/{team}")
  TeamView team(@PathVariable String team) {
    return view(rota(team));
  }

  @GetMapping("/{team}/shifts")
  List<Shift> shifts(
      @PathVariable String team,
      @RequestParam(required = false) @Nullable Instant from,
      @RequestParam(defaultValue = "14") @Min(1) @Max(90) int days) {
    Instant start = Objects.requireNonNullElse(from, clock.instant());
    return rota(team)
        .shifts(start, start.plus(Duration.ofDays(days)), substitutions.notEnded(team, start));
  }

  @PostMapping("/{team}/overrides")
  @PreAuthorize("hasRole('ON_CALL')")
  @ResponseStatus(HttpStatus.CREATED)
  Substitution override(@PathVariable String team, @Valid @RequestBody OverrideBody body) {
    Instant now = clock.instant();
    Instant from = Objects.requireNonNullElse(body.from(), now);
    Instant until = end(body, from);
    requireSensible(from, until, now);
    requireKnown(rota(team), body.insteadOf());
    Substitution one =
        new Substitution(
            UUID.randomUUID(),
            team,
            body.person().strip(),
            body.insteadOf(),
            from,
            until,
            Caller.current().actor().value(),
            body.reason());
    substitutions.add(one);
    return one;
  }

  @DeleteMapping("/overrides/{id}")
  @PreAuthorize("hasRole('ON_CALL')")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void end(@PathVariable UUID id) {
    if (!substitutions.end(id, clock.instant())) {
      throw Refusal.unknown(
          "override", id, "fairlead oncall list shows those that have not ended (GET /on-call).");
    }
  }

  private TeamView view(Rota rota) {
    Instant now = clock.instant();
    List<Substitution> stands = substitutions.notEnded(rota.team(), now);
    Shift shift = rota.shift(now, stands);
    Instant until = shift.until();
    return new TeamView(
        rota.team(),
        shift.people(),
        until,
        until == null ? null : rota.onCall(until, stands),
        stands);
  }

  private Rota rota(String team) {
    return rotas
        .find(team)
        .orElseThrow(
            () ->
                Refusal.unknown(
                    "team",
                    team,
                    "fairlead oncall list shows those with a schedule in the settings (GET /on-call)."));
  }

  private static Instant end(OverrideBody body, Instant from) {
    String text = body.duration();
    Instant until = body.until();
    if (text == null && until != null) {
      return until;
    }
    if (text != null && until == null) {
      return from.plus(parsed(text));
    }
    throw invalid(
        "an override needs an end: either duration or until",
        "Write \"duration\": \"4h\" or an instant in \"until\".");
  }

  private static void requireSensible(Instant from, Instant until, Instant now) {
    if (!until.isAfter(from) || !until.isAfter(now)) {
      throw invalid(
          "the override would last from %s until %s".formatted(from, until),
          "Let it end after it begins, and later than now.");
    }
    if (Duration.between(from, until).compareTo(LONGEST) > 0) {
      throw invalid(
          "the override would last %s; expected at most 90 days"
              .formatted(Duration.between(from, until)),
          "Change the schedule in the settings.");
    }
  }

  private static void requireKnown(Rota rota, @Nullable String insteadOf) {
    List<String> people =
        rota.rotations().stream().flatMap(one -> one.people().stream()).distinct().toList();
    if (insteadOf != null && !people.contains(insteadOf)) {
      throw invalid(
          "'%s' has no turns in the schedule of %s".formatted(insteadOf, rota.team()),
          "Name one of %s, or nobody to stand in for all.".formatted(people));
    }
  }

  private static Duration parsed(String text) {
    try {
      return DurationStyle.detectAndParse(text);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException _) {
      throw invalid("duration '%s' is not valid".formatted(text), "Write 30m, 4h, 1d or PT4H.");
    }
  }

  private static Refusal invalid(String detail, String advice) {
    return new Refusal(HttpStatus.BAD_REQUEST, "invalid-override", detail, advice);
  }
}
