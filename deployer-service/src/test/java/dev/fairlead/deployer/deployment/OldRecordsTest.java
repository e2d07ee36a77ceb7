package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.DeployerDatabase;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayName("Of deployments of long ago")
class OldRecordsTest {

  private static JdbcClient database;

  @BeforeAll
  static void migrate() {
    database = JdbcClient.create(DeployerDatabase.fresh("records"));
  }

  @Test
  @DisplayName("those are forgotten that nobody can need: none that serves, runs, or is among 100")
  void forgotten() {
    begun("orders", "succeeded", 130, 401);
    begun("orders", "failed", 700, 401);
    begun("orders", "failed", 3, 5);
    begun("orders", "held", 1, 900);
    begun("calm", "succeeded", 20, 401);
    begun("stuck", "rollback-failed", 101, 401);
    database
        .sql(
            "insert into place values ('orders', 'staging', %s)"
                .formatted(oldest("orders", "succeeded")))
        .update();
    database
        .sql(
            "insert into place values ('stuck', 'staging', null, %s)"
                .formatted(oldest("stuck", "rollback-failed")))
        .update();

    new OldRecords(database, Duration.ofDays(400), Clock.fixed(NOON, ZoneOffset.UTC)).forget();

    assertThat(left("orders", "succeeded")).as("100, and the one that serves").isEqualTo(101);
    assertThat(releases("orders", "succeeded")).isEqualTo(101);
    assertThat(left("orders", "failed")).isEqualTo(100);
    assertThat(left("orders", "held")).isEqualTo(1);
    assertThat(left("calm", "succeeded")).isEqualTo(20);
    assertThat(left("stuck", "rollback-failed")).as("one waits for a person").isEqualTo(101);
    assertThat(database.sql("select count(*) from release").query(Integer.class).single())
        .as("no record of a release without its deployment")
        .isEqualTo(database.sql("select count(*) from deployment").query(Integer.class).single());
    assertThat(database.sql("select count(*) from waiver").query(Integer.class).single())
        .isEqualTo(database.sql("select count(*) from deployment").query(Integer.class).single());
  }

  @Test
  @DisplayName("none is forgotten before its time")
  void young() {
    begun("young", "failed", 300, 30);

    new OldRecords(database, Duration.ofDays(400), Clock.fixed(NOON, ZoneOffset.UTC)).forget();

    assertThat(left("young", "failed")).isEqualTo(300);
  }

  @Test
  @DisplayName("nor is what webhooks delivered, which grows with every push")
  void deliveries() {
    delivered("old", NOON.minus(Duration.ofDays(401)));
    delivered("young", NOON.minus(Duration.ofDays(399)));

    new OldRecords(database, Duration.ofDays(400), Clock.fixed(NOON, ZoneOffset.UTC)).forget();

    assertThat(database.sql("select id from delivery").query(String.class).list())
        .containsExactly("young");
  }

  private static void delivered(String id, Instant at) {
    database
        .sql("insert into delivery values ('orders', 'staging', ?, ?, ?)")
        .params(id, id, Timestamp.from(at))
        .update();
  }

  /**
   * @param days ago the newest of them; each of the others an hour before
   */
  private static void begun(String application, String state, int count, int days) {
    List.of(
            """
            insert into deployment
              (id, application, environment, version, state, active, ended, document, requested_at)
            select gen_random_uuid(), :application, 'staging', '1', :state, false, :state <> 'held',
              '{}', :newest::timestamptz - n * interval '1 hour'
            from generate_series(1, :count) as n
            """,
            """
            insert into release (id, application, environment, version, document, recorded_at)
            select id, application, environment, version, '{}', requested_at from deployment
            on conflict do nothing
            """,
            """
            insert into waiver (deployment, checks, reason, given_by)
            select id, 'freeze', 'the shop is down', 'ada' from deployment on conflict do nothing
            """)
        .forEach(
            statement ->
                database
                    .sql(statement)
                    .param("application", application)
                    .param("state", state)
                    .param("count", count)
                    .param("newest", Timestamp.from(NOON.minus(Duration.ofDays(days))))
                    .update());
  }

  private static String oldest(String application, String state) {
    return "'%s'"
        .formatted(
            database
                .sql(
                    """
                    select id::text from deployment where application = ? and state = ?
                    order by requested_at limit 1
                    """)
                .params(application, state)
                .query(String.class)
                .single());
  }

  private static int left(String application, String state) {
    return count("select count(*) from deployment", application, state);
  }

  private static int releases(String application, String state) {
    return count("select count(*) from release join deployment using (id)", application, state);
  }

  private static int count(String select, String application, String state) {
    return database
        .sql(select + " where deployment.application = ? and state = ?")
        .params(application, state)
        .query(Integer.class)
        .single();
  }
}
