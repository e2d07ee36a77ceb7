package dev.fairlead.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.time.Clock;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("Of expired backups")
class ExpiredManifestsTest {

  @Test
  @DisplayName("the manifests go some time after the last copy, and all rows stay")
  void go() {
    Neighbours.require("postgres");
    Shared.Database database = Shared.freshDatabase("expired manifests");
    DriverManagerDataSource source =
        new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password());
    Flyway.configure().dataSource(source).load().migrate();
    JdbcClient sql = JdbcClient.create(source);
    add(sql, 1_001, "expired", 500, "now() - interval '401 days'");
    add(sql, 1, "expired", 500, "now() - interval '399 days'");
    add(sql, 1, "expired", 401, "null");
    add(sql, 1, "expired", 399, "null");
    add(sql, 1, "completed", 500, "null");

    new ExpiredManifests(sql, Duration.ofDays(400), Clock.systemUTC()).forget();

    assertThat(sql.sql("select count(*) from backup").query(Integer.class).single())
        .isEqualTo(1_005);
    assertThat(
            sql.sql("select manifest ->> 'is' from backup where manifest is not null")
                .query(String.class)
                .list())
        .containsExactlyInAnyOrder(
            "expired 500 now() - interval '399 days'",
            "expired 401 null",
            "expired 399 null",
            "completed 500 null");
    assertThat(
            sql.sql("select count(*) from backup where state = 'expired' and expired_at is null")
                .query(Integer.class)
                .single())
        .as("from now on it is known of all")
        .isZero();
  }

  private static void add(
      JdbcClient sql, int count, String state, int endedDaysAgo, String expiredAt) {
    sql.sql(
            """
            insert into backup (id, database, requested_at, state, ended_at, expired_at, manifest)
            select gen_random_uuid(), 'orders/production/main', now(), :state,
                   now() - make_interval(days => :days), %s, jsonb_build_object('is', cast(:is as text))
              from generate_series(1, :count)
            """
                .formatted(expiredAt))
        .param("state", state)
        .param("days", endedDaysAgo)
        .param("is", "%s %d %s".formatted(state, endedDaysAgo, expiredAt))
        .param("count", count)
        .update();
  }
}
