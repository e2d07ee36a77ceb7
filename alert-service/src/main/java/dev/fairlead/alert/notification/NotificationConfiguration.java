package dev.fairlead.alert.notification;

import dev.fairlead.alert.AlertSettings;
import dev.fairlead.alert.channel.Channels;
import dev.fairlead.service.outbox.Outbox;
import dev.fairlead.service.secret.Secrets;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class NotificationConfiguration {

  @Bean
  Notifications notifications(JdbcClient database, JsonMapper json) {
    return new Notifications(database, json);
  }

  @Bean
  Workers workers(
      AlertSettings settings,
      JdbcClient database,
      TransactionTemplate transaction,
      Outbox outbox,
      Secrets secrets,
      Clock clock,
      JsonMapper json) {
    Fallbacks fallbacks = new Fallbacks(database, settings.channels());
    return new Workers(
        settings.channels(),
        new Channels(secrets, clock, json),
        new ClaimedRows(database, transaction, json),
        new SentRows(database, transaction, outbox, fallbacks, settings.giveUpAfter()),
        fallbacks,
        transaction,
        clock);
  }
}
