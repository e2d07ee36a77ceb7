package dev.fairlead.deployer.manifest;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code {environment}}, {@code {application}}, {@code ${NAME}} and {@code ${NAME:-otherwise}}. */
final class Placeholders {

  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  private final Function<String, @Nullable String> variables;
  private final Set<String> missing = new LinkedHashSet<>();

  Placeholders(Function<String, @Nullable String> variables) {
    this.variables = variables;
  }

  String fill(String text, String application, String environment) {
    return VARIABLE
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(valueOf(match)))
        .replace("{application}", application)
        .replace("{environment}", environment);
  }

  /** Names that were asked for and have no value. */
  Set<String> missing() {
    return missing;
  }

  private String valueOf(MatchResult match) {
    String value = variables.apply(match.group(1));
    if (value != null) {
      return value;
    }
    if (match.group(2) != null) {
      return match.group(2);
    }
    missing.add(match.group(1));
    return match.group();
  }
}
