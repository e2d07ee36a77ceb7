package dev.fairlead.cli.deployment;

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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code deployments log}: what the build of an image has written. */
final class BuildLogCommand {

  private BuildLogCommand() {}

  static Command log() {
    return Command.verb(
            "log", "What the build of its image has written so far.", BuildLogCommand::run)
        .argument("DEPLOYMENT", "Its id.")
        .asCaller()
        .example("fairlead deployments log 0199…", "Why did its image not build?");
  }

  private static Exit run(Arguments arguments, Session session) {
    ServiceClient deployer = session.client(Service.DEPLOYER, arguments);
    String deployment = arguments.argument(0);
    String path = "/deployments/%s/log".formatted(ServiceClient.encoded(deployment));
    return print(deployer, path, "deployment", deployment, session.output());
  }

  /**
   * Prints a log that a service sends as text.
   *
   * @param kind of what wrote it
   */
  static Exit print(ServiceClient deployer, String path, String kind, String id, Output output) {
    try (BufferedReader text =
        new BufferedReader(new InputStreamReader(deployer.text(path), StandardCharsets.UTF_8))) {
      print(text.lines(), kind, id, output);
      return Exit.OK;
    } catch (IOException | UncheckedIOException e) {
      throw new Failure(
          Exit.UNREACHABLE,
          "the log of %s %s broke off: %s".formatted(kind, id, e.getMessage()),
          "run the command again",
          e);
    }
  }

  private static void print(Stream<String> lines, String kind, String id, Output output) {
    if (output.json()) {
      String log = lines.collect(Collectors.joining("\n"));
      output.document(Json.object(kind, id, "log", log));
    } else {
      lines.forEach(output::line);
    }
  }
}
