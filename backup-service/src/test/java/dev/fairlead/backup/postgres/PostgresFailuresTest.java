package dev.fairlead.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.SQLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A right that is missing")
class PostgresFailuresTest {

  private static final String NO_PRIVILEGE = "42501";

  private final DatabaseAccess access = new DatabaseAccess("db", 5432, "orders", "orders-app", "x");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ERROR:  permission denied to create extension \"dblink\"\nHINT:  Must be superuser to create this extension.",
        "ERROR:  must be owner of extension plpgsql",
        "ERROR:  must be member of role \"billing\"",
        "ERROR:  must be able to SET ROLE \"billing\""
      })
  @DisplayName("to restore something is no right to read: an administrator may")
  void restore(String lastWords) {
    BackupFailure failure =
        PostgresFailures.classify(access, "pg_restore", 1, "pg_restore: error: " + lastWords);

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.MISSING_RIGHTS);
    assertThat(failure.advice())
        .startsWith("orders-app may not do this")
        .contains("fairlead.backup.restore-as", "--into")
        .doesNotContain("GRANT");
  }

  @Test
  @DisplayName("to rename or drop is none to read, either")
  void swap() {
    SQLException refused = new SQLException("must be owner of database orders", NO_PRIVILEGE);

    assertThat(PostgresFailures.classifyOfRestore(access, refused).advice())
        .contains("fairlead.backup.restore-as");
  }

  @Test
  @DisplayName("to read is granted")
  void dump() {
    String words = "pg_dump: error: query failed: ERROR:  permission denied for table orders";

    BackupFailure failure = PostgresFailures.classify(access, "pg_dump", 1, words);

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.MISSING_RIGHTS);
    assertThat(failure.advice()).startsWith("GRANT pg_read_all_data TO \"orders-app\"");
    assertThat(PostgresFailures.classify(access, new SQLException("no", NO_PRIVILEGE)).advice())
        .isEqualTo(failure.advice());
  }

  @Test
  @DisplayName("to connect is granted by its own name")
  void connect() {
    String words =
        "FATAL: permission denied for database \"orders\"\n  Detail: User does not have CONNECT privilege.";

    assertThat(PostgresFailures.classify(access, new SQLException(words, NO_PRIVILEGE)).advice())
        .isEqualTo("GRANT CONNECT ON DATABASE \"orders\" TO \"orders-app\"");
  }
}
