package dev.fairlead.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Time limits that a server sets for all sessions are off for ours")
class SessionTimeoutsTest {

  @Test
  @DisplayName("where the server's version knows them")
  void byVersion() {
    assertThat(SessionTimeouts.off(13)).isEmpty();
    assertThat(SessionTimeouts.off(14)).isEqualTo("set idle_session_timeout = 0");
    assertThat(SessionTimeouts.off(16)).isEqualTo("set idle_session_timeout = 0");
    assertThat(SessionTimeouts.off(17))
        .isEqualTo("set idle_session_timeout = 0; set transaction_timeout = 0");
  }

  @Test
  @DisplayName("and for programs of PostgreSQL that load a backup")
  void programs() {
    DatabaseAccess access = new DatabaseAccess("127.0.0.1", 5432, "orders", "app", null);

    assertThat(access.environment("test").get("PGOPTIONS")).doesNotContain("idle_session_timeout");
    assertThat(access.environment("test", 15).get("PGOPTIONS"))
        .endsWith(" -c idle_session_timeout=0");
    assertThat(access.environment("test", 17).get("PGOPTIONS"))
        .endsWith(" -c idle_session_timeout=0 -c transaction_timeout=0");
  }
}
