package dev.fairlead.cli.stack;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code logs}: the last lines of the members' logs, and what comes after. */
public final class LogsCommand {

  private static final int DEFAULT_LINES = 20;
  private static final int FOLLOW_MILLIS = 300;
  private static final int LONGEST_TAIL_BYTES = 1 << 20;

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
    Map<String, Path> logs = asked(arguments.arguments(), session.home());
    Map<String, Long> positions = new LinkedHashMap<>();
    int lines = arguments.number("--lines", DEFAULT_LINES);
    for (Map.Entry<String, Path> log : logs.entrySet()) {
      positions.put(log.getKey(), Files.exists(log.getValue()) ? Files.size(log.getValue()) : 0L);
      for (String line : lastLines(log.getValue(), lines)) {
        print(session.output(), log.getKey(), line, logs.size());
      }
    }
    while (arguments.flag("--follow")) {
      Thread.sleep(FOLLOW_MILLIS);
      for (Map.Entry<String, Path> log : logs.entrySet()) {
        printNew(session.output(), log.getKey(), log.getValue(), positions, logs.size());
      }
    }
    return Exit.OK;
  }

  private static Map<String, Path> asked(List<String> names, StackHome home) {
    Map<String, Path> all = all(home);
    if (names.isEmpty()) {
      return all;
    }
    Map<String, Path> asked = new LinkedHashMap<>();
    for (String name : names) {
      Path log = all.get(name);
      if (log == null) {
        throw new Failure(
            Exit.USAGE, "there is no process " + name, "one of " + String.join(", ", all.keySet()));
      }
      asked.put(name, log);
    }
    return asked;
  }

  private static Map<String, Path> all(StackHome home) {
    Map<String, Path> logs = new LinkedHashMap<>();
    for (Member member : Member.values()) {
      logs.put(member.text(), logOf(member, home));
    }
    logs.put("keeper", KeeperProcess.log(home));
    return logs;
  }

  private static Path logOf(Member member, StackHome home) {
    return switch (member) {
      case KAFKA -> home.data().resolve("kafka").resolve("broker.out");
      case POSTGRES -> home.data().resolve("postgres").resolve("server.log");
      default -> home.logs().resolve(member.text() + ".log");
    };
  }

  private static List<String> lastLines(Path log, int lines) throws IOException {
    if (!Files.exists(log)) {
      return List.of();
    }
    long start = Math.max(0, Files.size(log) - LONGEST_TAIL_BYTES);
    List<String> all = read(log, start).lines().toList();
    return all.subList(Math.max(0, all.size() - lines), all.size());
  }

  private static void printNew(
      Output output, String name, Path log, Map<String, Long> positions, int logs)
      throws IOException {
    long size = Files.exists(log) ? Files.size(log) : 0;
    long position = Math.min(positions.getOrDefault(name, 0L), size);
    if (size == position) {
      return;
    }
    String added = read(log, position);
    int complete = added.lastIndexOf('\n') + 1;
    added.substring(0, complete).lines().forEach(line -> print(output, name, line, logs));
    int bytes = added.substring(0, complete).getBytes(StandardCharsets.UTF_8).length;
    positions.put(name, position + bytes);
  }

  private static String read(Path log, long from) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(from);
      byte[] bytes = new byte[(int) Math.min(LONGEST_TAIL_BYTES, file.length() - from)];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static void print(Output output, String name, String line, int logs) {
    if (output.json()) {
      output.document(Json.object("process", name, "line", line));
    } else {
      output.line(logs == 1 ? line : output.faint("%-10s ".formatted(name)) + line);
    }
  }
}
