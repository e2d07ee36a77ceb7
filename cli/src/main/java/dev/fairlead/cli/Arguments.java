package dev.fairlead.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ParseResult;

/** The values that were given on the command line. */
public final class Arguments {

  private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h|d)");

  private final ParseResult parsed;

  Arguments(ParseResult parsed) {
    this.parsed = parsed;
  }

  /** The value of an option such as {@code --environment}. */
  public Optional<String> option(String name) {
    return Optional.ofNullable(parsed.matchedOptionValue(name, (String) null));
  }

  /** All values of an option that may be repeated. */
  public List<String> options(String name) {
    return List.of(parsed.matchedOptionValue(name, new String[0]));
  }

  public boolean flag(String name) {
    return parsed.hasMatchedOption(name);
  }

  /** The argument in that place, from 0; only for places that are required. */
  public String argument(int index) {
    return parsed.matchedPositionalValue(index, "");
  }

  public Optional<String> optionalArgument(int index) {
    return Optional.ofNullable(parsed.matchedPositionalValue(index, (String) null));
  }

  /** Every argument, of a command that takes any number. */
  public List<String> arguments() {
    return List.of(parsed.matchedPositionalValue(0, new String[0]));
  }

  /** A whole number of at least 1. */
  public int number(String name, int otherwise) {
    return option(name).map(text -> positive(name, text)).orElse(otherwise);
  }

  private static int positive(String name, String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the message, which also fits a number below 1.
    }
    throw new Failure(Exit.USAGE, name + " is " + text, "give a whole number of at least 1");
  }

  /** A time such as {@code 90s}, {@code 15m} or {@code 2h}. */
  public Duration duration(String name, Duration otherwise) {
    return duration(name).orElse(otherwise);
  }

  /** The same; empty where none was given. */
  public Optional<Duration> duration(String name) {
    return option(name).map(text -> parseDuration(name, text));
  }

  private static Duration parseDuration(String name, String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new Failure(Exit.USAGE, name + " is " + text, "give a time such as 90s, 15m or 2h");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
