package dev.fairlead.cli.alert;

import static dev.fairlead.cli.service.ServiceClient.encoded;
import static dev.fairlead.cli.service.ServiceClient.withQuery;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** {@code alerts list | show | ack | silence | silences | unsilence | notifications}. */
public final class AlertCommands {

  private AlertCommands() {}

  public static Command alerts() {
    return Command.noun(
        "alerts",
        "List, acknowledge and silence alerts.",
        Command.verb("list", "Open alerts, or all.", AlertCommands::runList)
            .flag("--all", "With those that are resolved.")
            .asCaller()
            .example("fairlead alerts list", "What needs somebody now."),
        Command.verb("show", "One alert with its notifications.", AlertCommands::runShow)
            .argument("ALERT", "Its id.")
            .asCaller(),
        Command.verb(
                "ack",
                "Say that you look after it; escalation stops.",
                AlertCommands::runAcknowledge)
            .argument("ALERT", "Its id.")
            .option(
                "--comment", "TEXT", "Ignored, since it is kept nowhere; not in the next version.")
            .asCaller()
            .example("fairlead alerts ack 0199… --as approver", "As somebody who may be on call."),
        Command.verb(
                "silence",
                "Tell nobody about matching alerts for a while.",
                AlertCommands::runSilence)
            .argument("MATCHER", "A label and its value, such as application=orders.")
            .requiredOption("--for", "TIME", "How long, such as 2h.")
            .requiredOption("--reason", "TEXT", "Why; everybody sees it.")
            .asCaller()
            .example(
                "fairlead alerts silence application=orders --for 2h --reason 'database move'",
                "It ends by itself."),
        Command.verb("silences", "Silences in force.", AlertCommands::runSilences).asCaller(),
        Command.verb("unsilence", "End a silence now.", AlertCommands::runUnsilence)
            .argument("SILENCE", "Its id.")
            .asCaller(),
        Command.verb(
                "notifications",
                "Who was told, and how that went.",
                AlertCommands::runNotifications)
            .asCaller());
  }

  private static Exit runList(Arguments arguments, Session session) {
    String state = arguments.flag("--all") ? "all" : "open";
    Json answer =
        session.client(Service.ALERT, arguments).get(withQuery("/alerts", "state", state));
    Output output = session.output();
    output.listing(
        answer,
        "no " + (state.equals("open") ? "open " : "") + "alerts",
        List.of("ALERT", "SEVERITY", "STATE", "SINCE", "SUMMARY"),
        alert -> row(output, alert));
    return Exit.OK;
  }

  private static List<String> row(Output output, Json alert) {
    return List.of(
        alert.text("alert"),
        alert.text("severity").toLowerCase(Locale.ROOT),
        output.state(alert.text("state").toLowerCase(Locale.ROOT)),
        alert.find("raisedAt").or(() -> alert.find("since")).orElse("-"),
        alert.find("summary").or(() -> alert.find("title")).orElse(""));
  }

  private static Exit runShow(Arguments arguments, Session session) {
    return show(
        session,
        session.client(Service.ALERT, arguments).get("/alerts/" + encoded(arguments.argument(0))));
  }

  private static Exit runAcknowledge(Arguments arguments, Session session) {
    arguments
        .option("--comment")
        .ifPresent(_ -> session.output().note("--comment is ignored: it is kept nowhere"));
    Json answer =
        session
            .client(Service.ALERT, arguments)
            .post(
                "/alerts/" + encoded(arguments.argument(0)) + "/acknowledgement",
                Json.object("via", "cli"));
    return show(session, answer);
  }

  private static Exit runSilence(Arguments arguments, Session session) {
    Duration length = arguments.duration("--for", Duration.ZERO);
    Json answer =
        session
            .client(Service.ALERT, arguments)
            .post(
                "/silences",
                Json.object(
                    "matchers", Json.list(List.of(arguments.argument(0))),
                    "until", Instant.now().plus(length).toString(),
                    "reason", arguments.option("--reason")));
    return show(session, answer);
  }

  private static Exit runSilences(Arguments arguments, Session session) {
    return list(session, session.client(Service.ALERT, arguments).get("/silences"), "no silences");
  }

  private static Exit runUnsilence(Arguments arguments, Session session) {
    Json answer =
        session
            .client(Service.ALERT, arguments)
            .delete("/silences/" + encoded(arguments.argument(0)));
    return show(session, answer);
  }

  private static Exit runNotifications(Arguments arguments, Session session) {
    Json answer = session.client(Service.ALERT, arguments).get("/notifications");
    return list(session, answer, "nobody was told anything");
  }

  private static Exit list(Session session, Json answer, String whenEmpty) {
    Output output = session.output();
    if (output.json()) {
      output.document(answer);
    } else if (answer.elements().isEmpty()) {
      output.note(whenEmpty);
    } else {
      answer
          .elements()
          .forEach(
              element -> {
                output.fields(element);
                output.line("");
              });
    }
    return Exit.OK;
  }

  private static Exit show(Session session, Json answer) {
    if (session.output().json()) {
      session.output().document(answer.isMissing() ? Json.object() : answer);
    } else {
      session.output().fields(answer);
    }
    return Exit.OK;
  }
}
