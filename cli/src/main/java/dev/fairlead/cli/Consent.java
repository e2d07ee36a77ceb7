package dev.fairlead.cli;

import java.io.Console;

/**
 * A person's word for what cannot be taken back: option {@code --yes}, or an answer where both ends
 * are a terminal.
 */
public final class Consent {

  private static final String YES = "--yes";

  private Consent() {}

  /** Adds the option. */
  public static Command asked(Command command) {
    return command.flag(YES, "Do it without asking.");
  }

  /**
   * @param consequences what is about to happen, as a sentence without its end
   * @param harmless what to do to only look, or to do it without harm
   * @throws Failure with USAGE unless the person agrees; nothing was changed then
   */
  public static void require(
      Arguments arguments, Session session, String consequences, String harmless) {
    if (arguments.flag(YES) || agrees(session, consequences)) {
      return;
    }
    throw new Failure(
        Exit.USAGE, consequences, "repeat the command with --yes to accept that, or " + harmless);
  }

  private static boolean agrees(Session session, String consequences) {
    Console console = System.console();
    if (!session.surroundings().terminal() || console == null || !console.isTerminal()) {
      return false;
    }
    session.output().note(session.output().warning(consequences));
    return "yes".equalsIgnoreCase(console.readLine("go on? (yes or no) "));
  }
}
