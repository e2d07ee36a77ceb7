package dev.fairlead.backup.postgres;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL's complaints mean, by SQLSTATE or, for its programs, by their texts. */
public final class PostgresFailures {

  /** Chapter "PostgreSQL Error Codes" of its manual. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private static final String NO_SUCH_DATABASE = "3D000";
  private static final String NO_PRIVILEGE = "42501";
  private static final List<String> WRONG_LOGIN = List.of("28P01", "28000");
  private static final List<String> LOCKED_OUT =
      List.of("authentication failed", "no password supplied", "not permitted to log in");

  /** What a role may not do that only reads; {@code pg_dump} says so. */
  private static final List<String> MAY_NOT_READ =
      List.of("permission denied", "row-level security");

  /** What one may not that makes a database what it was; {@code pg_restore} says so. */
  private static final List<String> MAY_NOT_MAKE =
      List.of(
          "permission denied",
          "must be owner of",
          "must be superuser",
          "must be member of role",
          "must be able to set role");

  private static final String PG_RESTORE = "pg_restore";
  private static final String NO_WAY_IN = "connect privilege";
  private static final List<String> NOT_NOW = List.of("53300", "57P03");
  private static final String CONNECTION_CLASS = "08";

  /** Connection exception, operator intervention (shutdown), insufficient resources. */
  private static final List<String> LOST = List.of(CONNECTION_CLASS, "57P0", "53");

  private static final int LONGEST_TEXT = 600;

  private PostgresFailures() {}

  /** Of one that reads a database. */
  public static BackupFailure classify(DatabaseAccess access, SQLException e) {
    return classify(access, e, mayNotRead(access));
  }

  /** Of one that makes a database what it was, or drops what did. */
  public static BackupFailure classifyOfRestore(DatabaseAccess access, SQLException e) {
    return classify(access, e, mayNotMake(access));
  }

  private static BackupFailure classify(DatabaseAccess access, SQLException e, String rights) {
    String state = Objects.requireNonNullElse(e.getSQLState(), "");
    String words = isSilence(e) ? "it does not answer" : firstLine(e.getMessage());
    String what = "database %s: %s".formatted(access, words);
    if (WRONG_LOGIN.contains(state)) {
      return wrongLogin(what, e);
    }
    if (state.equals(NO_PRIVILEGE)) {
      return missingRights(what, adviceOn(String.valueOf(e.getMessage()), access, rights), e);
    }
    if (state.equals(LOCK_NOT_AVAILABLE)) {
      return BackupFailure.lockedOut(what, e);
    }
    if (state.equals(NO_SUCH_DATABASE)) {
      return new BackupFailure(
          BackupFailureReason.DATABASE_UNREACHABLE,
          what,
          "create the database, or correct its name in the manifest and apply it",
          e);
    }
    if (state.startsWith(CONNECTION_CLASS) || NOT_NOW.contains(state)) {
      return unreachable(what, e);
    }
    return new BackupFailure(
        BackupFailureReason.DUMP_FAILED, what, "see the log of the PostgreSQL server", e);
  }

  /** Whether the server, or the way to it, is lost: nothing else will succeed either. */
  public static boolean isLoss(SQLException e) {
    String state = Objects.requireNonNullElse(e.getSQLState(), CONNECTION_CLASS);
    return LOST.stream().anyMatch(state::startsWith);
  }

  private static boolean isSilence(SQLException e) {
    return e.getCause() instanceof SocketTimeoutException timeout
        && !"Connect timed out".equals(timeout.getMessage());
  }

  /** {@code program} ended with another exit code than 0 and these last words. */
  public static BackupFailure classify(
      DatabaseAccess access, String program, int exitCode, String errors) {
    String words = errors.toLowerCase(Locale.ROOT);
    String what =
        "%s of %s ended with exit code %d: %s"
            .formatted(program, access, exitCode, shortened(errors.strip()));
    if (LOCKED_OUT.stream().anyMatch(words::contains)) {
      return wrongLogin(what, null);
    }
    boolean makes = program.equals(PG_RESTORE);
    if ((makes ? MAY_NOT_MAKE : MAY_NOT_READ).stream().anyMatch(words::contains)) {
      String rights = makes ? mayNotMake(access) : mayNotRead(access);
      return missingRights(what, adviceOn(words, access, rights), null);
    }
    if (words.contains("server version mismatch")) {
      return new BackupFailure(
          BackupFailureReason.TOOL_MISMATCH,
          what,
          "install the PostgreSQL client programs of the server's version, or set fairlead.backup.postgres-programs");
    }
    if (words.contains("lock timeout") || words.contains("could not obtain lock")) {
      return BackupFailure.lockedOut(what, null);
    }
    if (words.contains("could not connect") || words.contains("connection refused")) {
      return unreachable(what, null);
    }
    return new BackupFailure(
        BackupFailureReason.DUMP_FAILED, what, "see the log of the PostgreSQL server");
  }

  private static BackupFailure wrongLogin(String what, @Nullable Exception e) {
    return new BackupFailure(
        BackupFailureReason.AUTHENTICATION_FAILED,
        what,
        "check the user name in the manifest and the password behind its secret reference",
        e);
  }

  private static BackupFailure missingRights(String what, String advice, @Nullable Exception e) {
    return new BackupFailure(BackupFailureReason.MISSING_RIGHTS, what, advice, e);
  }

  private static String mayNotRead(DatabaseAccess access) {
    return "GRANT pg_read_all_data TO %s, and BYPASSRLS where tables have row-level security"
        .formatted(Identifiers.quoted(access.username()));
  }

  private static String mayNotMake(DatabaseAccess access) {
    return "%s may not do this: name an administrator in fairlead.backup.restore-as (with fairlead restore --from: in --into)"
        .formatted(access.username());
  }

  /**
   * @param rights what to do where it could connect
   */
  private static String adviceOn(String words, DatabaseAccess access, String rights) {
    return words.toLowerCase(Locale.ROOT).contains(NO_WAY_IN)
        ? "GRANT CONNECT ON DATABASE %s TO %s"
            .formatted(Identifiers.quoted(access.name()), Identifiers.quoted(access.username()))
        : rights;
  }

  private static BackupFailure unreachable(String what, @Nullable Exception e) {
    return new BackupFailure(
        BackupFailureReason.DATABASE_UNREACHABLE,
        what,
        "check that the server runs and accepts connections from this host",
        e);
  }

  private static String firstLine(@Nullable String text) {
    return Objects.requireNonNullElse(text, "no message").lines().findFirst().orElse("");
  }

  /** Between two words: half a secret is not known for one, and would not be masked. */
  private static String shortened(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    int end = LONGEST_TEXT;
    while (end > 0 && !Character.isWhitespace(text.charAt(end))) {
      end--;
    }
    return text.substring(0, end) + "…";
  }
}
