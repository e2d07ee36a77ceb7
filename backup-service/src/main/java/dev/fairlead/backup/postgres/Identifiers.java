package dev.fairlead.backup.postgres;

/** Names and texts as SQL needs them where parameters are not allowed. */
public final class Identifiers {

  private Identifiers() {}

  public static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  public static String literal(String text) {
    String doubled = "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    return text.contains("\\") ? " E" + doubled : doubled;
  }
}
