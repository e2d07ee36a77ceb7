package dev.fairlead.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a command knows of the world: environment, streams, current folder.
 *
 * @param terminal whether standard output is one; the launcher knows and says
 * @param person whom a command can ask
 */
public record Surroundings(
    Map<String, String> environment,
    PrintStream out,
    PrintStream err,
    Path folder,
    boolean terminal,
    Person person) {

  static Surroundings ofThisProcess() {
    return new Surroundings(
        System.getenv(),
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Path.of("").toAbsolutePath(),
        Boolean.getBoolean("fairlead.terminal"),
        Person.atThisTerminal());
  }

  /** The variable's value unless it is missing or blank. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /** The same, but for one variable. */
  public Surroundings with(String name, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(name, value);
    return new Surroundings(Map.copyOf(changed), out, err, folder, terminal, person);
  }

  boolean colourful() {
    return terminal
        && !environment.containsKey("NO_COLOR")
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }
}
