package dev.fairlead.health.probe;

import static dev.fairlead.health.probe.Targets.PASSWORD;
import static dev.fairlead.health.probe.Targets.postgreSql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.SecretReference;
import dev.fairlead.health.probe.Finding.Cause;
import dev.fairlead.stack.Ports;
import dev.fairlead.stack.testing.Shared;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A PostgreSQL probe")
class PostgreSqlProbeTest {

  @Test
  @DisplayName("asks a query, and tells a wrong one, no row, writing and a wrong database apart")
  void answers() throws Exception {
    Shared.Database database = Shared.freshDatabase();
    String url = database.jdbcUrl();
    try (Observer observer = new Observer(database.password())) {
      assertThat(observer.ask(postgreSql(url, null, PASSWORD))).isEqualTo(Finding.up());
      assertThat(observer.ask(postgreSql(url, "SELECT 1 WHERE false", PASSWORD)))
          .isEqualTo(Finding.wrong(url + ": the query gave no row"));
      assertThat(down(observer, url, "SELECT * FROM nowhere").reason())
          .contains("nowhere")
          .contains("SQL state 42P01");
      assertThat(down(observer, url, "CREATE TABLE mine ()").reason()).contains("read-only");
      assertThat(down(observer, url + "_missing", "SELECT 1").cause()).isEqualTo(Cause.ANSWER);
    }
  }

  private static Finding.Down down(Observer observer, String url, String query)
      throws InterruptedException {
    return (Finding.Down) observer.ask(postgreSql(url, query, PASSWORD));
  }

  @Test
  @DisplayName("finds a dead port down, and a server that hangs down in time")
  void silent() throws Exception {
    int port = Ports.free();
    String dead = "jdbc:postgresql://127.0.0.1:%d/orders".formatted(port);
    try (Observer observer = new Observer()) {
      assertThat(observer.ask(postgreSql(dead, null, PASSWORD)))
          .isEqualTo(Finding.silent(dead + ": connection refused"));
      try (ServerSocket hanging = new ServerSocket(port)) {
        long began = System.nanoTime();
        assertThat(observer.ask(postgreSql(dead, null, PASSWORD))).isInstanceOf(Finding.Down.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
        assertThat(hanging.isBound()).isTrue();
      }
    }
  }

  @Test
  @DisplayName("takes a password that cannot be found for its own fault, not the target's")
  void passwordNotFound() throws Exception {
    SecretReference nowhere = new SecretReference("secret:env:NOWHERE");
    try (Observer observer = new Observer()) {
      assertThat(observer.ask(postgreSql("jdbc:postgresql://127.0.0.1:1/x", null, nowhere)))
          .isEqualTo(
              new Finding.Unclear("the password of fairlead: secret:env:NOWHERE is not set"));
    }
  }
}
