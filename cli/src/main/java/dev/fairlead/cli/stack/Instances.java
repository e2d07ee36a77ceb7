package dev.fairlead.cli.stack;

import dev.fairlead.cli.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The application processes that the deployer started. They outlive it on purpose, so whoever takes
 * the stack down has to end them: by the records the deployer keeps on disk.
 */
final class Instances {

  private final StackHome home;

  Instances(StackHome home) {
    this.home = home;
  }

  List<ProcessHandle> running() {
    Path state = home.data().resolve("deployer");
    if (!Files.isDirectory(state)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(state, 6)) {
      return files
          .filter(file -> file.endsWith("instance.json"))
          .map(Instances::processOf)
          .flatMap(Optional::stream)
          .toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      return List.of();
    }
  }

  private static Optional<ProcessHandle> processOf(Path file) {
    try {
      Json process = Json.parse(Files.readString(file)).at("process");
      String start = process.text("boot") + ":" + process.text("startTicks");
      return new ProcessMark(process.number("pid"), start).handle();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
