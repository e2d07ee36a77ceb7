package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.DATABASE;
import static dev.fairlead.deployer.Samples.DEPLOYMENT;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.request;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.migration.MigrationMark;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("That migrations were begun")
class MigrationMarksTest {

  private static final long FENCE = 7;

  private final Deployment deployment =
      Deployment.requested(request()).on(new Fact.Planned(plan(spec(), 2, false)), NOON).next();
  private JdbcClient database;

  @BeforeEach
  void begin() {
    Neighbours.require("postgres");
    Shared.Database fresh = Shared.freshDatabase("marks");
    DriverManagerDataSource source =
        new DriverManagerDataSource(fresh.jdbcUrl(), fresh.user(), fresh.password());
    Flyway.configure().dataSource(source).load().migrate();
    database = JdbcClient.create(source);
    database
        .sql(
            """
            insert into deployment
              (id, application, environment, version, state, active, ended, fence, document,
               requested_at)
            values (?, 'orders', 'staging', '2', 'running', true, false, ?, '{}', now())
            """)
        .params(DEPLOYMENT.value(), FENCE)
        .update();
  }

  @Test
  @DisplayName("is known to the next deployer, with what was pending at first")
  void kept() {
    assertThat(mark(FENCE).begunWith()).isEmpty();

    mark(FENCE).begin(List.of("V2__add_note.sql", "V3__more.sql"));
    mark(FENCE).begin(List.of("V3__more.sql"));

    assertThat(mark(FENCE + 1).begunWith()).contains(List.of("V2__add_note.sql", "V3__more.sql"));
  }

  @Test
  @DisplayName("cannot come true any more by a deployer that was taken over")
  void takenOver() {
    assertThatThrownBy(() -> mark(FENCE - 1).begin(List.of("V2__add_note.sql")))
        .isInstanceOf(TakenOver.class);

    assertThat(mark(FENCE).begunWith()).isEmpty();
  }

  @Test
  @DisplayName("is also known of a deployer of an earlier version, which only counted the writes")
  void earlierVersion() {
    database
        .sql("insert into write_mark values (?, ?, 'migrating', '{}')")
        .params(DEPLOYMENT.value(), DATABASE.value())
        .update();

    assertThat(mark(FENCE).begunWith()).contains(List.of("V2__add_note.sql"));
  }

  private MigrationMark mark(long fence) {
    return new MigrationMarks(database).of(deployment, DATABASE, fence);
  }
}
