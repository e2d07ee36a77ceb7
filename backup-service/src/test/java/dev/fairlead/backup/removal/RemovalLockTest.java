package dev.fairlead.backup.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

@DisplayName("The right to take backups out of stores")
class RemovalLockTest {

  private static final Duration SHORT = Duration.ofMillis(300);

  private DataSource catalogue;
  private RemovalLock one;
  private RemovalLock other;

  @BeforeEach
  void twoServices() {
    Neighbours.require("postgres");
    Shared.Database database = Shared.freshDatabase("removal lock");
    catalogue =
        new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password());
    one = new RemovalLock(catalogue, SHORT);
    other = new RemovalLock(catalogue, SHORT);
  }

  @Test
  @DisplayName("is one service's at a time, and free when its work is done or has failed")
  void oneAtATime() {
    AtomicBoolean done = new AtomicBoolean();
    one.whileHeld(
        held -> {
          assertThatThrownBy(() -> other.whileHeld(() -> done.set(true)))
              .isInstanceOf(RemovalUnderWay.class);
          held.require();
          return held;
        });
    assertThat(done).isFalse();
    assertThatThrownBy(
            () ->
                one.whileHeld(
                    () -> {
                      throw new AssertionError("killed");
                    }))
        .hasMessage("killed");

    other.whileHeld(() -> done.set(true));

    assertThat(done).isTrue();
  }

  @Test
  @DisplayName("goes with the connection that has it, and who had it notices before the next step")
  void lost() {
    one.whileHeld(
        held -> {
          held.require();
          endSessions(catalogue);

          other.whileHeld(() -> {});
          assertThatThrownBy(held::require)
              .isInstanceOf(RemovalUnderWay.class)
              .hasMessageContaining("was lost");
          return held;
        });
  }

  @Test
  @DisplayName("is free also where it cannot be given back, although a pool keeps the connection")
  void notGivenBack() throws SQLException {
    SingleConnectionDataSource pool =
        new SingleConnectionDataSource(catalogue.getConnection(), true);
    new RemovalLock(pool, SHORT)
        .whileHeld(
            held -> {
              abortTransaction(pool);
              return held;
            });

    AtomicBoolean done = new AtomicBoolean();
    new RemovalLock(catalogue, Duration.ofSeconds(10)).whileHeld(() -> done.set(true));

    assertThat(done).isTrue();
  }

  /** Whatever is asked after that, until its end, is refused. */
  private static void abortTransaction(DataSource pool) {
    JdbcClient sql = JdbcClient.create(pool);
    sql.sql("begin").update();
    assertThatThrownBy(() -> sql.sql("select 1 / 0").query(Integer.class).single())
        .isInstanceOf(DataAccessException.class);
  }

  /** As a server that is started again ends them. */
  private static void endSessions(DataSource catalogue) {
    JdbcClient.create(catalogue)
        .sql(
            """
            select pg_terminate_backend(pid) from pg_locks
             where locktype = 'advisory'
               and database = (select oid from pg_database where datname = current_database())
            """)
        .query()
        .listOfRows();
  }
}
