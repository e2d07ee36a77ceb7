package dev.fairlead.cli.stack;

import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Session;
import java.time.Clock;
import java.time.Instant;

/** {@code keep}: what {@code up} leaves behind; nobody types it. */
public final class KeeperCommand {

  private KeeperCommand() {}

  public static Command command() {
    return Command.verb(
            "keep",
            "Start again what dies of the local suite, until this is ended; up starts it.",
            (_, session) -> run(session))
        .hidden();
  }

  private static Exit run(Session session) throws InterruptedException {
    LocalStack stack = LocalStack.of(session.surroundings());
    Progress log = text -> session.output().line(Instant.now() + " " + text);
    Keeper keeper = new Keeper(stack, new KeeperNotes(stack.home()), log, Clock.systemUTC());
    Runtime.getRuntime().addShutdownHook(new Thread(keeper::stop, "stop keeping"));
    keeper.keep();
    return Exit.OK;
  }
}
