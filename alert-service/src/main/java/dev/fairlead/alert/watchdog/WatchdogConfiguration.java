package dev.fairlead.alert.watchdog;

import dev.fairlead.alert.AlertSettings;
import dev.fairlead.alert.alert.AlertDesk;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class WatchdogConfiguration {

  @Bean
  BackupWatch backupWatch(
      AlertSettings settings,
      JdbcClient database,
      AlertDesk desk,
      TransactionTemplate transaction,
      Clock clock) {
    return new BackupWatch(
        new Expectations(database, settings.backups()),
        new SeenBackups(database),
        desk,
        transaction,
        clock);
  }
}
