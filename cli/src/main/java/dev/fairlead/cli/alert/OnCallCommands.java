package dev.fairlead.cli.alert;

import static dev.fairlead.cli.service.ServiceClient.encoded;
import static dev.fairlead.cli.service.ServiceClient.withQuery;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code oncall list | shifts | override | end}. */
public final class OnCallCommands {

  private static final String NOBODY = "nobody";

  private OnCallCommands() {}

  public static Command oncall() {
    return Command.noun(
        "oncall",
        "Show who is on call, and stand in for each other.",
        Command.verb("list", "Who is on call now, by team.", OnCallCommands::runList)
            .asCaller()
            .example("fairlead oncall list", "With who is next, and who stands in."),
        Command.verb("shifts", "Who is on call when.", OnCallCommands::runShifts)
            .argument("TEAM", "As the schedule names it.")
            .option("--days", "N", "From now on; 14 when left out, at most 90.")
            .asCaller()
            .example("fairlead oncall shifts payments --days 28", "Four weeks, for a calendar."),
        Command.verb("override", "Let somebody answer for a while.", OnCallCommands::runOverride)
            .argument("TEAM", "As the schedule names it.")
            .argument("PERSON", "Who answers.")
            .option("--instead-of", "NAME", "Whose turns are taken; everybody's when left out.")
            .option("--from", "INSTANT", "Such as 2026-12-24T08:00:00Z; now when left out.")
            .option("--until", "INSTANT", "When it ends; or --for.")
            .option("--for", "TIME", "How long, such as 4h; or --until.")
            .requiredOption("--reason", "TEXT", "Why; everybody sees it.")
            .asCaller()
            .example(
                "fairlead oncall override payments dave --for 4h --reason 'alice is ill'",
                "Deployments and people hear of it within a second."),
        Command.verb("end", "End an override now.", OnCallCommands::runEnd)
            .argument("OVERRIDE", "Its id, as oncall list shows it.")
            .asCaller());
  }

  private static Exit runList(Arguments arguments, Session session) {
    Json answer = session.client(Service.ALERT, arguments).get("/on-call");
    Output output = session.output();
    if (output.json()) {
      output.document(answer);
      return Exit.OK;
    }
    if (answer.elements().isEmpty()) {
      output.note("no schedules; see docs/alerts.md, \"On call\"");
      return Exit.OK;
    }
    output.table(
        List.of("TEAM", "ON CALL", "UNTIL", "THEN"),
        answer.elements().stream().map(team -> row(output, team)).toList());
    answer
        .elements()
        .forEach(
            team -> team.at("overrides").elements().forEach(one -> output.line(overridden(one))));
    return Exit.OK;
  }

  private static List<String> row(Output output, Json team) {
    String now = people(team.at("onCall"));
    return List.of(
        team.text("team"),
        now.equals(NOBODY) ? output.bad(now) : output.strong(now),
        team.find("until").orElse("-"),
        team.find("until").isPresent() ? people(team.at("next")) : "-");
  }

  private static String people(Json names) {
    String all = names.elements().stream().map(Json::asText).collect(Collectors.joining(", "));
    return all.isEmpty() ? NOBODY : all;
  }

  private static String overridden(Json one) {
    return "override %s: %s for %s in %s, %s to %s, by %s: %s"
        .formatted(
            one.text("id"),
            one.text("person"),
            one.find("insteadOf").orElse("everybody"),
            one.text("team"),
            one.text("from"),
            one.text("until"),
            one.text("createdBy"),
            one.text("reason"));
  }

  private static Exit runShifts(Arguments arguments, Session session) {
    Json answer =
        session
            .client(Service.ALERT, arguments)
            .get(
                withQuery(
                    "/on-call/" + encoded(arguments.argument(0)) + "/shifts",
                    "days",
                    arguments.number("--days", 14)));
    session
        .output()
        .listing(
            answer,
            List.of("FROM", "UNTIL", "ON CALL"),
            shift ->
                List.of(
                    shift.text("from"),
                    shift.find("until").orElse("-"),
                    people(shift.at("people"))));
    return Exit.OK;
  }

  private static Exit runOverride(Arguments arguments, Session session) {
    Instant from = instant(arguments, "--from").orElseGet(Instant::now);
    Json answer =
        session
            .client(Service.ALERT, arguments)
            .post(
                "/on-call/" + encoded(arguments.argument(0)) + "/overrides",
                Json.object(
                    "person", arguments.argument(1),
                    "insteadOf", arguments.option("--instead-of"),
                    "from", from.toString(),
                    "until", end(arguments, from).toString(),
                    "reason", arguments.option("--reason")));
    if (session.output().json()) {
      session.output().document(answer);
    } else {
      session.output().line(overridden(answer));
    }
    return Exit.OK;
  }

  private static Instant end(Arguments arguments, Instant from) {
    Optional<Instant> until = instant(arguments, "--until");
    boolean lasts = arguments.option("--for").isPresent();
    if (until.isPresent() == lasts) {
      throw new Failure(
          Exit.USAGE,
          "an override needs an end",
          "give one of --for, such as --for 4h, and --until");
    }
    return until.orElseGet(() -> from.plus(arguments.duration("--for", Duration.ZERO)));
  }

  private static Optional<Instant> instant(Arguments arguments, String option) {
    return arguments
        .option(option)
        .map(
            text -> {
              try {
                return Instant.parse(text);
              } catch (DateTimeException _) {
                throw new Failure(
                    Exit.USAGE,
                    "%s is %s".formatted(option, text),
                    "write it like 2026-12-24T08:00:00Z");
              }
            });
  }

  private static Exit runEnd(Arguments arguments, Session session) {
    String id = arguments.argument(0);
    Json answer =
        session.client(Service.ALERT, arguments).delete("/on-call/overrides/" + encoded(id));
    if (session.output().json()) {
      session.output().document(answer.isMissing() ? Json.object() : answer);
    } else {
      session.output().line("ended " + id);
    }
    return Exit.OK;
  }
}
