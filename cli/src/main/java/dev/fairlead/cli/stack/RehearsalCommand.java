package dev.fairlead.cli.stack;

import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;

/** {@code rehearse}: what the launcher does after a build; nobody types it. */
public final class RehearsalCommand {

  private RehearsalCommand() {}

  public static Command command() {
    return Command.verb(
            "rehearse",
            "Start each program once and keep its classes, so that later starts are quick.",
            (arguments, session) -> {
              new Rehearsal(session.surroundings(), arguments.argument(0))
                  .play(text -> session.output().note("  " + text));
              return Exit.OK;
            })
        .argument("CLASSPATH", "The command's own, as the launcher writes it.")
        .hidden();
  }
}
