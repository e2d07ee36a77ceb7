package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.backup.postgres.PostgresFailures;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Settings as a server keeps them, {@code name=value}, in the words of a statement. */
final class SettingSql {

  /** Those whose names the server quotes: {@code variable_is_guc_list_quote} of pg_dumpall. */
  private static final Set<String> LISTS =
      Set.of(
          "local_preload_libraries",
          "search_path",
          "session_preload_libraries",
          "shared_preload_libraries",
          "temp_tablespaces",
          "unix_socket_directories");

  /** As {@code SplitGUCList} reads it: without quotes, whatever has no blank and no comma. */
  private static final Pattern NAME =
      Pattern.compile("\"((?:[^\"]++|\"\")*+)\"|([^\\s,\"][^\\s,]*+)");

  private static final Pattern NAMES =
      Pattern.compile("\\s*+(?:(?:%s)(?:\\s*+,\\s*+(?:%<s))*+)?+\\s*+".formatted(NAME));

  private SettingSql() {}

  /** As pg_dumpall does: a list of names is no single text. */
  static String assignment(String setting) {
    String variable = variable(setting);
    String value = setting.substring(variable.length() + 1);
    boolean list = LISTS.contains(variable.toLowerCase(Locale.ROOT));
    String written = list ? names(variable, value) : Identifiers.literal(value);
    return "set %s to %s"
        .formatted(Identifiers.quoted(variable), written.isEmpty() ? "''" : written);
  }

  /** Values may be secret: what is told of a setting is this. */
  static String variable(String setting) {
    int equals = setting.indexOf('=');
    if (equals < 1) {
      throw notFromAServer("setting", "without a name", "name=value");
    }
    return setting.substring(0, equals);
  }

  /** Each as a text, as pg_dumpall writes them: "" is a name to the setting, but none to SQL. */
  private static String names(String variable, String value) {
    if (!NAMES.matcher(value).matches()) {
      throw notFromAServer("setting", variable, "names in it, separated by commas");
    }
    return NAME.matcher(value)
        .results()
        .map(name -> name.group(1) == null ? name.group(2) : name.group(1).replace("\"\"", "\""))
        .map(Identifiers::literal)
        .collect(Collectors.joining(", "));
  }

  /**
   * What to tell of one that the server does not take; without its own words, which may hold the
   * value.
   *
   * @throws SQLException when the server itself is lost
   */
  static String refused(String setting, String of, SQLException e) throws SQLException {
    if (PostgresFailures.isLoss(e)) {
      throw e;
    }
    return "%s of %s: the server refuses it (SQLSTATE %s)"
        .formatted(variable(setting), of, e.getSQLState());
  }

  static BackupFailure notFromAServer(String what, String value, String expected) {
    return new BackupFailure(
        BackupFailureReason.CHECKSUM_MISMATCH,
        "the manifest of the backup has the %s %s; expected %s".formatted(what, value, expected),
        "find out who changed the manifest; choose another backup");
  }
}
