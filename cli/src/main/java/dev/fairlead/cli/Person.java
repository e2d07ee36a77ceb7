package dev.fairlead.cli;

import java.io.Console;
import java.util.Objects;
import java.util.Optional;

/** Whoever sits at the terminal and can be asked something. */
@FunctionalInterface
public interface Person {

  /** A script, or a pipe: no question is printed, and none answered. */
  Person NOBODY = _ -> Optional.empty();

  /**
   * Prints the question and waits for a line.
   *
   * @return what was typed, blank when the input ended instead; empty where nobody is there
   */
  Optional<String> answer(String question);

  /** A person is there where both ends of this process are a terminal. */
  static Person atThisTerminal() {
    return question -> {
      Console console = System.console();
      return console == null || !console.isTerminal()
          ? Optional.empty()
          : Optional.of(Objects.requireNonNullElse(console.readLine("%s", question), ""));
    };
  }
}
