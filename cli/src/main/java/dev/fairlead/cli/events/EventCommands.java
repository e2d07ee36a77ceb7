package dev.fairlead.cli.events;

import static dev.fairlead.cli.service.ServiceClient.withQuery;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code events tail}: the stream of facts, as the console's server-sent events bring them. */
public final class EventCommands {

  private static final int RECONNECT_MILLIS = 1_000;

  private final ServiceClient console;
  private final Output output;
  private final String path;
  private final int limit;
  private Optional<String> lastId = Optional.empty();
  private int seen;

  private EventCommands(ServiceClient console, Output output, String path, int limit) {
    this.console = console;
    this.output = output;
    this.path = path;
    this.limit = limit;
  }

  public static Command events() {
    return Command.noun(
        "events",
        "Follow the stream of events.",
        Command.verb(
                "tail",
                "New events until Ctrl-C; resumes after an interruption.",
                EventCommands::runTail)
            .option("--topic", "NAME", "Only of this topic, such as deployments.")
            .option("--application", "NAME", "Only of this application.")
            .option("--limit", "N", "End after so many.")
            .asCaller()
            .example(
                "fairlead events tail --application orders", "Everything that happens to orders.")
            .example(
                "fairlead events tail --json --limit 10", "Ten events, one JSON document a line."));
  }

  private static Exit runTail(Arguments arguments, Session session) throws InterruptedException {
    String path =
        withQuery(
            "/events",
            "topic",
            arguments.option("--topic"),
            "application",
            arguments.option("--application"));
    int limit = arguments.number("--limit", Integer.MAX_VALUE);
    return new EventCommands(
            session.client(Service.CONSOLE, arguments), session.output(), path, limit)
        .tail();
  }

  /** The first connection must work; later ones are tried until they do. */
  private Exit tail() throws InterruptedException {
    boolean connectedBefore = false;
    while (seen < limit) {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(console.stream(path, lastId), StandardCharsets.UTF_8))) {
        connectedBefore = true;
        readUntilItEnds(lines);
      } catch (Failure e) {
        if (!connectedBefore || e.exit() != Exit.UNREACHABLE) {
          throw e;
        }
      } catch (IOException e) {
        output.note(output.warning("the stream broke off: " + e.getMessage() + "; resuming"));
      }
      if (seen < limit) {
        Thread.sleep(RECONNECT_MILLIS);
      }
    }
    return Exit.OK;
  }

  private void readUntilItEnds(BufferedReader lines) throws IOException {
    StringBuilder data = new StringBuilder();
    String line = lines.readLine();
    while (line != null && seen < limit) {
      if (line.isEmpty() && !data.isEmpty()) {
        print(data.toString());
        data.setLength(0);
        seen++;
      } else if (line.startsWith("data:")) {
        data.append(line.substring("data:".length()).stripLeading());
      } else if (line.startsWith("id:")) {
        lastId = Optional.of(line.substring("id:".length()).strip());
      }
      line = seen < limit ? lines.readLine() : null;
    }
  }

  private void print(String data) {
    if (output.json()) {
      output.line(data);
      return;
    }
    try {
      Json event = Json.parse(data);
      String type = event.text("type").replaceAll("^dev\\.fairlead\\.|\\.v\\d+$", "");
      output.line(
          "%s  %-24s %-28s %s"
              .formatted(
                  event.text("time"),
                  output.strong(type),
                  event.text("subject"),
                  event.at("data").asText()));
    } catch (IllegalArgumentException e) {
      output.line(data);
    }
  }
}
