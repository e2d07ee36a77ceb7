package dev.fairlead.cli.decision;

import static dev.fairlead.cli.service.ServiceClient.encoded;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import java.util.List;
import java.util.Locale;

/** {@code adr new | list | show | accept | reject | deprecate | reaffirm | lint | supersede}. */
public final class DecisionCommands {

  private DecisionCommands() {}

  public static Command adr() {
    return Command.noun(
        "adr",
        "Record and look up decisions.",
        Command.verb("new", "Propose a decision.", DecisionCommands::runNew)
            .argument("TITLE", "A short sentence.")
            .option("--context", "TEXT", "What made it necessary.")
            .option("--decision", "TEXT", "What is decided.")
            .option("--rationale", "TEXT", "Why this and not something else.")
            .option("--trade-offs", "TEXT", "What is given up.")
            .option("--consequence", "TEXT", "What follows from it.")
            .repeatable("--applies-to", "NAME", "An application; may be given more than once.")
            .option("--review-by", "DATE", "When to look at it again, such as 2027-06-01.")
            .asCaller()
            .example(
                "fairlead adr new 'Orders uses PostgreSQL' --applies-to orders",
                "Proposed; somebody accepts it later."),
        Command.verb("list", "All decisions.", DecisionCommands::runList)
            .asCaller()
            .example("fairlead adr list", "Id, status, title."),
        Command.verb("show", "One decision.", DecisionCommands::runShow)
            .argument("DECISION", "Its id, such as ADR-0007.")
            .asCaller(),
        Command.verb(
                "accept", "A proposed decision is valid from now on.", DecisionCommands::runAccept)
            .argument("DECISION", "Its id.")
            .asCaller()
            .example(
                "fairlead adr accept ADR-0007 --as approver", "Deployments may rest on it now."),
        withReason("reject", "A proposed decision is not wanted.", "rejection"),
        withReason(
            "deprecate", "A decision is no longer good, without another one.", "deprecation"),
        Command.verb("reaffirm", "An accepted decision still holds.", DecisionCommands::runReaffirm)
            .argument("DECISION", "Its id.")
            .requiredOption("--review-by", "DATE", "When to look at it again, such as 2028-05-01.")
            .asCaller()
            .example(
                "fairlead adr reaffirm ADR-0007 --review-by 2028-05-01 --as approver",
                "Deployments that rest on it pass again."),
        Command.verb("lint", "What is wrong with the records.", DecisionCommands::runLint)
            .asCaller()
            .example("fairlead adr lint", "Ends with 1 when there is an error."),
        Command.verb(
                "supersede", "Another decision takes its place.", DecisionCommands::runSupersede)
            .argument("DECISION", "The old one.")
            .requiredOption("--by", "DECISION", "The new one.")
            .asCaller()
            .example(
                "fairlead adr supersede ADR-0003 --by ADR-0009", "Both are linked in one commit."));
  }

  private static Command withReason(String verb, String summary, String resource) {
    return Command.verb(
            verb,
            summary,
            (arguments, session) ->
                change(
                    arguments,
                    session,
                    resource,
                    Json.object("reason", arguments.option("--reason"))))
        .argument("DECISION", "Its id.")
        .requiredOption("--reason", "TEXT", "Why; it becomes part of the record.")
        .asCaller();
  }

  private static Exit runNew(Arguments arguments, Session session) {
    List<String> appliesTo = arguments.options("--applies-to");
    Json body =
        Json.object(
            "title", arguments.argument(0),
            "context", arguments.option("--context"),
            "decision", arguments.option("--decision"),
            "rationale", arguments.option("--rationale"),
            "tradeOffs", arguments.option("--trade-offs"),
            "consequence", arguments.option("--consequence"),
            "appliesTo", Json.list(appliesTo),
            "reviewBy", arguments.option("--review-by"));
    return show(session, session.client(Service.ADR, arguments).post("/decisions", body));
  }

  private static Exit runList(Arguments arguments, Session session) {
    Json answer = session.client(Service.ADR, arguments).get("/decisions");
    Output output = session.output();
    output.listing(
        answer, List.of("DECISION", "STATUS", "DATE", "TITLE"), decision -> row(output, decision));
    return Exit.OK;
  }

  private static List<String> row(Output output, Json decision) {
    return List.of(
        decision.find("decision").or(() -> decision.find("id")).orElse(""),
        output.state(
            decision
                .find("status")
                .or(() -> decision.find("state"))
                .orElse("")
                .toLowerCase(Locale.ROOT)),
        decision.find("date").orElse("-"),
        decision.text("title"));
  }

  private static Exit runShow(Arguments arguments, Session session) {
    return show(
        session,
        session.client(Service.ADR, arguments).get("/decisions/" + encoded(arguments.argument(0))));
  }

  private static Exit runAccept(Arguments arguments, Session session) {
    return change(arguments, session, "acceptance", Json.object());
  }

  private static Exit runSupersede(Arguments arguments, Session session) {
    return change(arguments, session, "supersession", Json.object("by", arguments.option("--by")));
  }

  private static Exit runReaffirm(Arguments arguments, Session session) {
    return change(
        arguments,
        session,
        "reaffirmation",
        Json.object("reviewBy", arguments.option("--review-by")));
  }

  private static Exit runLint(Arguments arguments, Session session) {
    Json answer = session.client(Service.ADR, arguments).get("/lint");
    session
        .output()
        .listing(
            answer,
            "nothing is wrong",
            List.of("RULE", "WEIGHT", "FILE", "WHAT"),
            DecisionCommands::lintRow);
    boolean wrong = answer.elements().stream().anyMatch(one -> one.text("weight").equals("error"));
    return wrong ? Exit.FAILED : Exit.OK;
  }

  private static List<String> lintRow(Json finding) {
    String detail = finding.find("detail").map("; "::concat).orElse("");
    return List.of(
        finding.text("rule"),
        finding.text("weight"),
        finding.find("file").orElse("-"),
        finding.text("sentence") + detail);
  }

  private static Exit change(Arguments arguments, Session session, String resource, Json body) {
    String path = "/decisions/%s/%s".formatted(encoded(arguments.argument(0)), resource);
    return show(session, session.client(Service.ADR, arguments).post(path, body));
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
