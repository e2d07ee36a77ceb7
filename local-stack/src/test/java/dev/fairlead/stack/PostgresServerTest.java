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

  @Test
  void refusesAnEmptyClusterInPlaceOfOneThatIsGone() throws Exception {
    try (PostgresServer server = PostgresServer.start(data, Ports.free())) {
      server.createDatabase("orders");
    }
    Path note = data.resolve("moved-to");
    Path cluster = Files.exists(note) ? Path.of(Files.readString(note)) : data;
    Path hidden = Files.move(cluster.resolve("cluster"), cluster.resolve("hidden"));
    assertThatThrownBy(() -> PostgresServer.start(data, Ports.free()))
        .isInstanceOf(NeighbourFailed.class)
        .hasMessageContaining("though a server has run there")
        .hasMessageContaining("delete " + data);
    Files.move(hidden, cluster.resolve("cluster"));
    PostgresServer.start(data, Ports.free()).close();
  }

  @Test
  void saysWhereTheDatabasesWereWhenThatFolderIsGone() throws Exception {
    Path gone = data.resolve("gone");
    Files.writeString(data.resolve("moved-to"), gone.toString());
    assertThatThrownBy(() -> PostgresServer.start(data, Ports.free()))
        .isInstanceOf(NeighbourFailed.class)
        .hasMessageContaining(gone + "', as ")
        .hasMessageContaining("put it back");
    assertThat(data.resolve("password")).doesNotExist();
  }

  @Test
  void refusesToGuessALostPassword() throws Exception {
    PostgresServer.start(data, Ports.free()).close();
    Files.writeString(data.resolve("password"), "");
    assertThatThrownBy(() -> PostgresServer.start(data, Ports.free()))
        .isInstanceOf(NeighbourFailed.class)
        .hasMessageContaining("password is empty");
  }
}
