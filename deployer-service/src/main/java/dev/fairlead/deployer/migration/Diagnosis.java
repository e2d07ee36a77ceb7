package dev.fairlead.deployer.migration;

import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.api.exception.FlywayValidateException;

/**
 * What went wrong with a database, in words. SQL states: PostgreSQL documentation, appendix A.
 *
 * @param sqlState empty if the database did not say
 * @param reason without statements, since those may hold data
 */
record Diagnosis(String sqlState, String reason, String advice) {

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final Set<String> SHUTTING_DOWN = Set.of("57P01", "57P02", "57P03");
  private static final Pattern LINE = Pattern.compile("(?m)^Line\\s*:\\s*(\\d+)");

  static Diagnosis of(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .filter(SQLException.class::isInstance)
        .map(SQLException.class::cast)
        .reduce((outer, inner) -> inner)
        .map(cause -> ofSql(cause, line(failure)))
        .orElseGet(() -> withoutSql(failure));
  }

  /** Whether the same may succeed in a moment, because somebody only held a lock for too long. */
  boolean lockHeld() {
    return sqlState.equals(LOCK_NOT_AVAILABLE);
  }

  /** Whether the server is, or was, away: restarted, crashed, or cut off. */
  boolean connectionLost() {
    return sqlState.startsWith("08") || SHUTTING_DOWN.contains(sqlState);
  }

  private static Diagnosis ofSql(SQLException cause, String line) {
    String state = String.valueOf(cause.getSQLState());
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return new Diagnosis(
        state, "%s (SQL state %s%s)".formatted(message, state, line), advice(state));
  }

  private static Diagnosis withoutSql(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).strip();
    String advice =
        failure instanceof FlywayValidateException
            ? "put back the script as it was applied, and the change into a script of a new version"
            : "correct the scripts and deploy again";
    return new Diagnosis("", message, advice);
  }

  private static String line(Throwable failure) {
    Matcher matcher = LINE.matcher(String.valueOf(failure.getMessage()));
    return matcher.find() ? ", line " + matcher.group(1) : "";
  }

  private static String advice(String state) {
    if (state.equals(LOCK_NOT_AVAILABLE)) {
      return "somebody holds a lock on the table; end long transactions or deploy at a calmer time";
    }
    return switch (state.substring(0, Math.min(2, state.length()))) {
      case "08" -> "check that the database runs and that its address is right";
      case "28" -> "check the user and the password's secret reference";
      case "3D" -> "create the database, or correct its name";
      case "42" ->
          state.equals("42501")
              ? "grant the user the right, or migrate as the owner of the tables"
              : "correct the script and deploy again";
      case "53" -> "free disk space or connections of the database server";
      case "57" -> "the server was shutting down or cancelled the statement; deploy again";
      default -> "correct the script and deploy again";
    };
  }
}
