package dev.fairlead.service.audit;

import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@AutoConfiguration
class AuditAutoConfiguration {

  @Bean
  AuditTrail auditTrail(
      Outbox outbox,
      PlatformTransactionManager transactions,
      @Value("${spring.application.name}") String service,
      Clock clock) {
    return new AuditTrail(outbox, new TransactionTemplate(transactions), service, clock);
  }
}
