package dev.fairlead.alert.alert;

import dev.fairlead.alert.AlertSettings;
import dev.fairlead.alert.notification.Notifications;
import dev.fairlead.alert.notification.Workers;
import dev.fairlead.alert.route.Silences;
import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class AlertConfiguration {

  @Bean
  Alerts alerts(JdbcClient database, JsonMapper json) {
    return new Alerts(database, json);
  }

  @Bean
  Interest interest(Alerts alerts, Clock clock) {
    return new Interest(alerts, clock);
  }

  @Bean
  Silences silences(
      JdbcClient database, TransactionTemplate transaction, Outbox outbox, JsonMapper json) {
    return new Silences(database, transaction, outbox, json);
  }

  @Bean
  AlertDesk alertDesk(
      AlertSettings settings,
      Alerts alerts,
      Silences silences,
      Notifications notifications,
      Workers workers,
      Outbox outbox,
      TransactionTemplate transaction,
      JdbcClient database,
      JsonMapper json,
      Clock clock) {
    return new AlertDesk(
        policy(settings),
        alerts,
        new Places(database, json),
        silences,
        notifications,
        workers,
        outbox,
        transaction,
        clock,
        settings.lapseAfter(),
        settings.consoleUrl());
  }

  @Bean
  Rounds rounds(AlertDesk desk, Alerts alerts, Silences silences, Clock clock) {
    return new Rounds(desk, alerts, silences, clock);
  }

  private static Policy policy(AlertSettings settings) {
    return new Policy(
        settings.routing(),
        settings.inhibiting(),
        settings.receivers(),
        settings.channels().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, channel -> channel.getValue().kind())),
        settings.remindEvery(),
        settings.ignoreOlderThan());
  }
}
