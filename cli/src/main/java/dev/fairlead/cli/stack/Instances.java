package dev.fairlead.cli.stack;

import dev.fairlead.cli.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The application processes that the deployer started. They outlive it on purpose, so whoever takes
 * the stack down has to end them: by the records the deployer keeps on disk.
 *
 * @param running the processes that are provably theirs
 * @param unreadable what cannot be told, a sentence each
 */
record Instances(List<ProcessHandle> running, List<String> unreadable) {

  static Instances of(StackHome home) {
    Instances found = new Instances(new ArrayList<>(), new ArrayList<>());
    Path state = home.data().resolve("deployer");
    if (!Files.isDirectory(state)) {
      return found;
    }
    try (Stream<Path> files = Files.walk(state, 6)) {
      files.filter(file -> file.endsWith("instance.json")).forEach(found::add);
    } catch (IOException | UncheckedIOException e) {
      found.unreadable.add("cannot look for application processes in " + e.getMessage());
    }
    return found;
  }

  private void add(Path file) {
    try {
      Json record = Json.parse(Files.readString(file));
      if (record.isMissing()) {
        throw new IllegalArgumentException("it is empty");
      }
      Json process = record.at("process");
      if (!process.isMissing()) {
        markOf(process).handle().ifPresent(running::add);
      }
    } catch (NoSuchFileException e) {
      // forgotten this very moment: then it has ended
    } catch (IOException | IllegalArgumentException e) {
      unreadable.add("cannot read which process %s is about: %s".formatted(file, e.getMessage()));
    }
  }

  private static ProcessMark markOf(Json process) {
    return new ProcessMark(
        process.number("pid"), process.text("boot") + ":" + process.text("startTicks"));
  }
}
