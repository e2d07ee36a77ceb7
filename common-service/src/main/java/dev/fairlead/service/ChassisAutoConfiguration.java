package dev.fairlead.service;

import java.time.Clock;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;

/** What every part of the chassis needs: the clock, and a database with its tables. */
@AutoConfiguration(
    beforeName = "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration")
public class ChassisAutoConfiguration {

  /** Tables of the chassis live in a schema of their own, with a history of their own. */
  private static final String SCHEMA = "chassis";

  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }

  /** Waits for PostgreSQL, then migrates the chassis' tables and after them the service's. */
  @Bean
  FlywayMigrationStrategy chassisFirst(DataSource database) {
    return service -> {
      Await.reachable("postgresql", () -> database.getConnection().close());
      Flyway.configure()
          .dataSource(database)
          .schemas(SCHEMA)
          .locations("classpath:db/chassis")
          .load()
          .migrate();
      service.migrate();
    };
  }
}
