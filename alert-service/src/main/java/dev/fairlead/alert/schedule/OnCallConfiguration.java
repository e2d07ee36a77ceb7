package dev.fairlead.alert.schedule;

import dev.fairlead.alert.AlertSettings;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class OnCallConfiguration {

  @Bean
  Rotas rotas(AlertSettings settings) {
    return new Rotas(settings.schedules());
  }

  @Bean
  Substitutions substitutions(JdbcClient database) {
    return new Substitutions(database);
  }

  @Bean
  DutyRounds dutyRounds(
      Rotas rotas,
      Substitutions substitutions,
      JdbcClient database,
      TransactionTemplate transaction,
      Outbox outbox,
      Clock clock) {
    DutyDesk desk = new DutyDesk(rotas, substitutions, database, transaction, outbox, clock);
    return new DutyRounds(desk::tellWhatChanged);
  }
}
