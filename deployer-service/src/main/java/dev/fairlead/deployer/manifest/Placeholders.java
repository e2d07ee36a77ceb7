package dev.fairlead.deployer.manifest;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code {environment}}, {@code {application}}, {@code ${NAME}} and {@code ${NAME:-otherwise}}. */
final class Placeholders {

  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  private final HostValues host;
  private final Set<String> missing = new LinkedHashSet<>();
  private final Set<String> withheld = new LinkedHashSet<>();

  Placeholders(HostValues host) {
    this.host = host;
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

  /** Names that were asked for and are not for manifests. */
  Set<String> withheld() {
    return withheld;
  }

  private String valueOf(MatchResult match) {
    String name = match.group(1);
    String value = host.environment().get(name);
    if (value == null && match.group(2) != null) {
      return match.group(2);
    }
    if (value != null && host.allows(name)) {
      return value;
    }
    (host.allows(name) ? missing : withheld).add(name);
    return match.group();
  }
}
