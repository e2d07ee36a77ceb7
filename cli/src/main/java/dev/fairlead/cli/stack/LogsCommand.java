package dev.fairlead.cli.stack;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code logs}: the last lines of the members' logs, and what comes after. */
public final class LogsCommand {

  private static final int DEFAULT_LINES = 20;
  private static final int FOLLOW_MILLIS = 300;

  private LogsCommand() {}

  public static Command command() {
    return Command.verb("logs", "Show the logs of the local suite.", LogsCommand::run)
        .anyArguments("PROCESS", "Only these, such as deployer or kafka; all when left out.")
        .option("--lines", "N", "How many of the last lines of each; 20 when left out.")
        .flag("--follow", "Go on with new lines until Ctrl-C.")
        .example("fairlead logs deployer --follow", "What the deployer does right now.")
        .example("fairlead logs --lines 5", "The last five lines of every process.");
  }

  private static Exit run(Arguments arguments, Session session)
      throws IOException, InterruptedException {
    Map<String, MemberLog> logs = asked(arguments.arguments(), session.home());
    Map<String, FollowedLog> followed = new LinkedHashMap<>();
    int lines = arguments.number("--lines", DEFAULT_LINES);
    for (Map.Entry<String, MemberLog> log : logs.entrySet()) {
      followed.put(log.getKey(), FollowedLog.fromEndOf(log.getValue()));
      for (String line : log.getValue().tail(lines)) {
        print(session.output(), log.getKey(), line, logs.size());
      }
    }
    while (arguments.flag("--follow")) {
      Thread.sleep(FOLLOW_MILLIS);
      for (Map.Entry<String, FollowedLog> log : followed.entrySet()) {
        for (String line : log.getValue().newLines()) {
          print(session.output(), log.getKey(), line, logs.size());
        }
      }
    }
    return Exit.OK;
  }

  private static Map<String, MemberLog> asked(List<String> names, StackHome home) {
    Map<String, MemberLog> all = MemberLog.all(home);
    if (names.isEmpty()) {
      return all;
    }
    Map<String, MemberLog> asked = new LinkedHashMap<>();
    for (String name : names) {
      MemberLog log = all.get(name);
      if (log == null) {
        throw new Failure(
            Exit.USAGE, "there is no process " + name, "one of " + String.join(", ", all.keySet()));
      }
      asked.put(name, log);
    }
    return asked;
  }

  private static void print(Output output, String name, String line, int logs) {
    if (output.json()) {
      output.document(Json.object("process", name, "line", line));
    } else {
      output.line(logs == 1 ? line : output.faint("%-10s ".formatted(name)) + line);
    }
  }
}
