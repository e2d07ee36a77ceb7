package dev.fairlead.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {

  @TempDir Path data;

  @BeforeEach
  void needsTheServerPrograms() {
    Neighbours.require("postgres");
  }

  @Test
  void goesOnWithItsRowsAfterSigkill() throws SQLException {
    int port = Ports.free();
    try (PostgresServer server = PostgresServer.start(data, port)) {
      server.createDatabase("orders");
      try (Connection connection = server.connect("orders");
          Statement statement = connection.createStatement()) {
        statement.execute("create table kept (what text)");
        statement.execute("insert into kept values ('before')");
        server.kill();
      }
    }
    try (PostgresServer again = PostgresServer.start(data, port);
        Connection connection = again.connect("orders");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select what from kept")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("before");
      again.stop();
      assertThat(Ports.answers(port)).isFalse();
    }
  }

  @Test
  void letsNobodyInWithoutThePassword() throws Exception {
    int port = Ports.free();
    try (PostgresServer server = PostgresServer.start(data, port)) {
      server.createRole("deployer", "one");
      server.createRole("deployer", "it's two");
      String url = server.createDatabase("fairlead_deployer", "deployer");
      assertThat(server.createDatabase("fairlead_deployer", "deployer")).isEqualTo(url);
      DriverManager.getConnection(url, "deployer", "it's two").close();
      assertThatThrownBy(() -> DriverManager.getConnection(url, "deployer", "one"))
          .hasMessageContaining("password authentication failed");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(data.resolve("password"))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void saysWhyWhenItsPortIsTaken() {
    try (PostgresServer first = PostgresServer.start(data.resolve("first"), Ports.free())) {
      assertThatThrownBy(() -> PostgresServer.start(data.resolve("second"), first.port()))
          .isInstanceOf(NeighbourFailed.class)
          .hasMessageContaining("is taken by another process");
    }
  }
}
