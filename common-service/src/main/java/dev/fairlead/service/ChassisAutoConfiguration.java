package dev.fairlead.service;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Clock;
import java.util.Objects;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.PGProperty;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

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

  /**
   * Migrations have connections of their own. The pool's give up a statement after a minute, so
   * that no request waits for a server that is gone; a migration of a large table takes as long as
   * it takes, and one that is given up would be begun again by every start. All else is as the
   * pool's: what the server asks of those who connect, such as TLS and certificates.
   */
  @Bean
  FlywayConfigurationCustomizer patientConnections(
      JdbcConnectionDetails server,
      HikariDataSource pool,
      @Value("${spring.application.name}") String service) {
    return flyway -> flyway.dataSource(patient(server, pool, service));
  }

  private static DataSource patient(
      JdbcConnectionDetails server, HikariDataSource pool, String service) {
    Properties properties = new Properties();
    properties.putAll(pool.getDataSourceProperties());
    PGProperty.SOCKET_TIMEOUT.set(properties, 0);
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.APPLICATION_NAME.set(properties, "fairlead-" + service + "-migration");
    DriverManagerDataSource connections =
        new DriverManagerDataSource(
            server.getJdbcUrl(),
            Objects.requireNonNullElse(server.getUsername(), ""),
            Objects.requireNonNullElse(server.getPassword(), ""));
    connections.setConnectionProperties(properties);
    return connections;
  }

  /** Waits for PostgreSQL, then migrates the chassis' tables and after them the service's. */
  @Bean
  FlywayMigrationStrategy chassisFirst() {
    return service -> {
      DataSource database = service.getConfiguration().getDataSource();
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
