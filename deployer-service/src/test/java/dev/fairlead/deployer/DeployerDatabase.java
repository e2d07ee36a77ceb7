package dev.fairlead.deployer;

import com.zaxxer.hikari.HikariDataSource;
import dev.fairlead.stack.testing.Shared;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The deployer's own database, for tests that need no more of a deployer than that. */
public final class DeployerDatabase {

  private DeployerDatabase() {}

  /** A new one with all tables; its few connections end with this JVM. */
  public static DataSource fresh(String purpose) {
    Shared.Database fresh = Shared.freshDatabase(purpose);
    HikariDataSource source = new HikariDataSource();
    source.setJdbcUrl(fresh.jdbcUrl());
    source.setUsername(fresh.user());
    source.setPassword(fresh.password());
    source.setMaximumPoolSize(4);
    source.setMinimumIdle(1);
    Flyway.configure().dataSource(source).load().migrate();
    return source;
  }
}
