package dev.fairlead.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command as it is written down: name, arguments, options, examples, action. Built with picocli's
 * programmatic model, because its annotations cost half of the start-up time.
 */
public final class Command {

  private static final int WIDTH = 100;

  private final CommandSpec spec;
  private final List<String> examples = new ArrayList<>();
  private int arguments;

  private Command(String name, String summary, Action action) {
    spec = CommandSpec.wrapWithoutInspection(action);
    spec.name(name);
    spec.usageMessage().description(summary).width(WIDTH).abbreviateSynopsis(true);
    addHelp(spec);
  }

  /** A command that does something. */
  public static Command verb(String name, String summary, Action action) {
    Command command = new Command(name, summary, action);
    command.flag("--json", "Print one JSON document instead of text.");
    return command;
  }

  /** A command that only has commands below it. */
  public static Command noun(String name, String summary, Command... below) {
    Command noun = new Command(name, summary, Fairlead.SHOW_USAGE);
    for (Command verb : below) {
      noun.spec.addSubcommand(verb.spec.name(), verb.build());
    }
    noun.spec.usageMessage().synopsisSubcommandLabel("COMMAND");
    return noun;
  }

  static void addHelp(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("Print this and end; nothing is contacted.")
            .build());
  }

  /** A required argument. */
  public Command argument(String label, String description) {
    return positional(label, description, Integer.toString(arguments++), String.class, "1");
  }

  public Command optionalArgument(String label, String description) {
    return positional(label, description, Integer.toString(arguments++), String.class, "0..1");
  }

  /** Any number of arguments, none included. */
  public Command anyArguments(String label, String description) {
    return positional(label, description, "0..*", String[].class, "0..*");
  }

  private Command positional(
      String label, String description, String index, Class<?> type, String arity) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index(index)
            .paramLabel(label)
            .description(description)
            .type(type)
            .arity(arity)
            .required(arity.equals("1"))
            .build());
    return this;
  }

  public Command option(String name, String label, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .paramLabel(label)
            .description(description)
            .type(String.class)
            .build());
    return this;
  }

  public Command requiredOption(String name, String label, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .paramLabel(label)
            .description(description)
            .type(String.class)
            .required(true)
            .build());
    return this;
  }

  /** An option that may be given more than once. */
  public Command repeatable(String name, String label, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .paramLabel(label)
            .description(description)
            .type(String[].class)
            .arity("1")
            .build());
    return this;
  }

  public Command flag(String name, String description) {
    spec.addOption(OptionSpec.builder(name).description(description).type(boolean.class).build());
    return this;
  }

  /** Talks to a service as somebody: which local identity is used when there are several. */
  public Command asCaller() {
    return option(
        "--as", "NAME", "Use the token of this local identity: admin, deployer, approver, viewer.");
  }

  /** Can wait for the end of what it started or shows. */
  public Command watchable(String description) {
    flag("--watch", description);
    return option(
        "--timeout", "TIME", "How long to watch at most, such as 90s or 15m; ends with 6 then.");
  }

  /**
   * Can do what cannot be taken back, and so needs a person's {@link Consent}.
   *
   * @param yes what giving it with the command means
   */
  public Command asksConsent(String yes) {
    return flag(Consent.YES, yes);
  }

  /** Not shown in any list: the suite calls it itself. */
  public Command hidden() {
    spec.usageMessage().hidden(true);
    return this;
  }

  public Command example(String line, String meaning) {
    examples.add("  " + line);
    examples.add("      " + meaning);
    return this;
  }

  public CommandSpec build() {
    if (!examples.isEmpty()) {
      examples.addFirst("Examples:");
      examples.addFirst("");
      spec.usageMessage().footer(examples.toArray(String[]::new));
    }
    return spec;
  }
}
