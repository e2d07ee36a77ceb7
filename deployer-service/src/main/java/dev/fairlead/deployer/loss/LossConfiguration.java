package dev.fairlead.deployer.loss;

import dev.fairlead.deployer.release.Databases;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class LossConfiguration {

  @Bean
  KnownBackups knownBackups(JdbcClient database) {
    return new KnownBackups(database);
  }

  @Bean
  Losses losses(JdbcClient database, KnownBackups backups, Databases databases, Clock clock) {
    return new Losses(new WriteCounter(clock), new WriteMarks(database), backups, databases);
  }
}
