package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Settings as a server keeps them, {@code name=value}, in the words of a statement. */
final class SettingSql {

  private static final Pattern NAME =
      Pattern.compile("\"((?:[^\"]++|\"\")*+)\"|([a-z_][a-z0-9_]*+)");
  private static final Pattern NAMES =
      Pattern.compile("(?:%s)(?:\\s*,\\s*(?:%<s))*+".formatted(NAME));

  private SettingSql() {}

  /** As pg_dumpall does: a list of names is no single text. */
  static String assignment(String setting) {
    int equals = setting.indexOf('=');
    String variable = setting.substring(0, equals);
    String value = setting.substring(equals + 1);
    String written = variable.equals("search_path") ? names(value) : Identifiers.literal(value);
    return "set %s to %s"
        .formatted(Identifiers.quoted(variable), written.isEmpty() ? "''" : written);
  }

  /** Each as a text, as pg_dumpall writes them: "" is a name to the setting, but none to SQL. */
  private static String names(String value) {
    if (!value.isEmpty() && !NAMES.matcher(value).matches()) {
      throw notFromAServer("search_path", value, "names of schemas, separated by commas");
    }
    return NAME.matcher(value)
        .results()
        .map(name -> name.group(1) == null ? name.group(2) : name.group(1).replace("\"\"", "\""))
        .map(Identifiers::literal)
        .collect(Collectors.joining(", "));
  }

  static BackupFailure notFromAServer(String what, String value, String expected) {
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "the manifest of the backup has the %s %s; expected %s".formatted(what, value, expected),
        "find out who changed the manifest; choose another backup");
  }
}
