package dev.fairlead.cli;

/**
 * A person's word for what cannot be taken back: option {@code --yes}, or an answer at the
 * terminal. Where nobody can be asked, silence is a no.
 */
public final class Consent {

  static final String YES = "--yes";

  private Consent() {}

  /** Whether it was given with the command, so that nobody is asked. */
  public static boolean isGiven(Arguments arguments) {
    return arguments.flag(YES);
  }

  /**
   * Asks for a yes.
   *
   * @param consequences what is about to happen, as a sentence without its end
   * @param harmless what to do to only look, or to do it without harm
   * @throws Failure with USAGE unless the person agrees; nothing was changed then
   */
  public static void require(
      Arguments arguments, Session session, String consequences, String harmless) {
    if (isGiven(arguments)) {
      return;
    }
    String question =
        Output.printable(session.output().warning(consequences)) + "\ngo on? (yes or no) ";
    boolean agreed =
        session
            .surroundings()
            .person()
            .answer(question)
            .filter(answer -> answer.strip().equalsIgnoreCase("yes"))
            .isPresent();
    if (!agreed) {
      throw refused(consequences, harmless);
    }
  }

  /**
   * Asks for the name of what is going to be lost, so that nothing goes by a slip.
   *
   * @param name what has to be typed
   * @param harmless what to do to only look, or to do it without harm
   * @throws Failure with USAGE unless exactly that is typed; nothing was changed then
   */
  public static void requireName(
      Arguments arguments, Session session, String name, String harmless) {
    if (isGiven(arguments)) {
      return;
    }
    String typed =
        session
            .surroundings()
            .person()
            .answer("type %s to go on: ".formatted(Output.printable(name)))
            .orElseThrow(
                () -> refused("nobody can confirm that %s goes".formatted(name), harmless));
    if (!typed.strip().equals(name)) {
      throw new Failure(
          Exit.USAGE,
          "that was not %s; nothing was changed".formatted(name),
          "type exactly %s, or give %s".formatted(name, YES));
    }
  }

  /**
   * Asks whoever sits at the terminal, if anybody does: a script means what it says.
   *
   * @param question ends with what can be answered
   */
  public static boolean isRefused(Session session, String question) {
    return session
        .surroundings()
        .person()
        .answer(Output.printable(question))
        .filter(answer -> !answer.strip().equalsIgnoreCase("yes"))
        .isPresent();
  }

  private static Failure refused(String consequences, String harmless) {
    return new Failure(
        Exit.USAGE,
        consequences,
        "repeat the command with %s to accept that, or %s".formatted(YES, harmless));
  }
}
