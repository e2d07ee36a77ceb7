package dev.fairlead.service.audit;

import dev.fairlead.service.outbox.Outbox;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
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

  /** The transaction manager asks it before it commits. */
  @Bean
  OpenAudit openAudit() {
    return new OpenAudit();
  }

  /** Around the security filters, so that it sees whom they turn away. */
  @Bean
  @ConditionalOnWebApplication
  FilterRegistrationBean<AuditFilter> auditFilter(AuditTrail audit, OpenAudit open, Clock clock) {
    FilterRegistrationBean<AuditFilter> filter =
        new FilterRegistrationBean<>(new AuditFilter(audit, open, clock));
    filter.setOrder(SecurityFilterProperties.DEFAULT_FILTER_ORDER - 1);
    return filter;
  }
}
