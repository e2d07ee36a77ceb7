package dev.fairlead.deployer.loss;

import static org.awaitility.Awaitility.await;

import dev.fairlead.deployer.migration.DatabaseAccess;
import dev.fairlead.events.DeploymentEvent.TableWrites;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A real PostgreSQL server")
class WriteCounterTest {

  private final WriteCounter counter = new WriteCounter(Clock.systemUTC());
  private final Shared.Database database = database();

  @BeforeEach
  void tables() throws SQLException {
    sql("create table items (id int primary key, name text); create table untouched (id int)");
    sql("insert into items select n, 'old' from generate_series(1, 10) n");
    await().until(() -> writes().containsValue(new TableWrites("public.items", 10, 0, 0)));
  }

  @Test
  @DisplayName("tells what was inserted, changed and deleted, also under another name")
  void counts() throws SQLException {
    WriteCounts before = counter.count(access());
    sql("insert into items select n, 'new' from generate_series(11, 1010) n");
    sql("update items set name = 'newer' where id <= 5; delete from items where id = 6");
    sql("alter table items rename to articles");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> Written.of(Map.of(Moment.BACKUP, before), counter.count(access())),
            written ->
                written.orElseThrow().tables().stream()
                    .anyMatch(new TableWrites("public.articles", 1000, 5, 1)::equals));
  }

  @Test
  @DisplayName("whose statistics were reset is not believed to have lost nothing")
  void reset() throws SQLException {
    WriteCounts before = counter.count(access());
    sql("select pg_stat_reset()");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> Written.of(Map.of(Moment.BACKUP, before), counter.count(access())),
            Optional::isEmpty);
  }

  private Map<Long, TableWrites> writes() throws SQLException {
    return counter.count(access()).tables();
  }

  private static Shared.Database database() {
    Neighbours.require("postgres");
    return Shared.freshDatabase("loss");
  }

  private DatabaseAccess access() {
    return new DatabaseAccess(database.jdbcUrl(), database.user(), database::password);
  }

  /** In a session that ends, so that the server counts at once what it did. */
  private void sql(String statements) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }
}
