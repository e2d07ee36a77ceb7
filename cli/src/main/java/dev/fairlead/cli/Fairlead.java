package dev.fairlead.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the {@code fairlead} command. */
public final class Fairlead {

  /** What a noun without a verb does. */
  static final Action SHOW_USAGE = (arguments, session) -> Exit.USAGE;

  private Fairlead() {}

  public static void main(String[] arguments) {
    System.exit(run(Surroundings.ofThisProcess(), arguments).code());
  }

  /** Runs one command line to its end. */
  public static Exit run(Surroundings surroundings, String... arguments) {
    String[] line = withHelpAsOption(arguments);
    Output output = new Output(surroundings, Arrays.asList(line).contains("--json"));
    CommandLine commands = new CommandLine(Commands.root(line));
    try {
      return perform(commands.parseArgs(line), new Session(surroundings, output));
    } catch (ParameterException e) {
      return misused(e, surroundings);
    } catch (Failure e) {
      return failed(e, output, surroundings);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.INTERRUPTED;
    } catch (IOException | RuntimeException e) {
      return failed(Unforeseen.asFailure(e), output, surroundings);
    }
  }

  private static Exit failed(Failure failure, Output output, Surroundings surroundings) {
    output.failure(failure);
    if (surroundings.variable(Unforeseen.DEBUG).isPresent()) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      output.note(trace.toString());
    }
    return failure.exit();
  }

  /** {@code fairlead help deploy} means {@code fairlead deploy --help}. */
  private static String[] withHelpAsOption(String[] arguments) {
    if (arguments.length == 0) {
      return new String[] {"--help"};
    }
    if (!arguments[0].equals("help")) {
      return arguments;
    }
    String[] asked = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
    asked[asked.length - 1] = "--help";
    return asked;
  }

  private static Exit perform(ParseResult root, Session session)
      throws IOException, InterruptedException {
    ParseResult parsed = root;
    while (parsed.hasSubcommand() && !parsed.isUsageHelpRequested()) {
      parsed = parsed.subcommand();
    }
    CommandLine command = parsed.commandSpec().commandLine();
    if (parsed.isUsageHelpRequested()) {
      print(command, session.surroundings().out(), session.surroundings());
      return Exit.OK;
    }
    if (parsed.isVersionHelpRequested()) {
      session.output().line("fairlead " + Version.text());
      return Exit.OK;
    }
    Action action = (Action) parsed.commandSpec().userObject();
    if (action == SHOW_USAGE) {
      print(command, session.surroundings().err(), session.surroundings());
      return Exit.USAGE;
    }
    return action.run(new Arguments(parsed), session);
  }

  private static void print(
      CommandLine command, java.io.PrintStream where, Surroundings surroundings) {
    command.usage(where, surroundings.colourful() ? Ansi.ON : Ansi.OFF);
  }

  private static Exit misused(ParameterException problem, Surroundings surroundings) {
    PrintWriter err = new PrintWriter(surroundings.err(), true);
    CommandLine command = problem.getCommandLine();
    err.println("error: " + problem.getMessage());
    if (problem instanceof UnmatchedArgumentException unmatched) {
      List<String> similar = unmatched.getSuggestions();
      if (!similar.isEmpty()) {
        err.println(
            "  → did you mean "
                + String.join(" or ", similar.subList(0, Math.min(3, similar.size())))
                + "?");
      }
    }
    err.println("  → see: " + command.getCommandSpec().qualifiedName() + " --help");
    return Exit.USAGE;
  }
}
