package dev.fairlead.cli;

import java.io.IOException;

/** What a command does once its arguments are known to be right. */
@FunctionalInterface
public interface Action {

  /**
   * Does what the command is for.
   *
   * @throws Failure with the exit code and the text for the user
   */
  Exit run(Arguments arguments, Session session) throws IOException, InterruptedException;
}
