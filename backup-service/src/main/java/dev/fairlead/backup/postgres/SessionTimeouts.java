package dev.fairlead.backup.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Time limits that a server may set for all sessions, and that only later versions know: an older
 * one refuses a session that names them from the start.
 */
final class SessionTimeouts {

  private static final int WITH_IDLE_SESSIONS = 14;
  private static final int WITH_TRANSACTIONS = 17;

  private SessionTimeouts() {}

  /**
   * @param major version of the server
   */
  static List<String> of(int major) {
    List<String> names = new ArrayList<>();
    if (major >= WITH_IDLE_SESSIONS) {
      names.add("idle_session_timeout");
    }
    if (major >= WITH_TRANSACTIONS) {
      names.add("transaction_timeout");
    }
    return names;
  }

  /** In the words of a statement; empty where there are none. */
  static String off(int major) {
    return of(major).stream().map("set %s = 0"::formatted).collect(Collectors.joining("; "));
  }

  /** Until the session ends: a snapshot, or a wait for a store, may take hours. */
  static void switchOff(Connection connection) throws SQLException {
    String off = off(connection.getMetaData().getDatabaseMajorVersion());
    if (!off.isEmpty()) {
      try (var statement = connection.createStatement()) {
        statement.execute(off);
      }
    }
  }

  /** The same for a program of PostgreSQL, as {@code PGOPTIONS} says it. */
  static String options(int major) {
    return of(major).stream().map(" -c %s=0"::formatted).collect(Collectors.joining());
  }
}
