package dev.fairlead.service.bus;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.kafka.core.KafkaAdmin;

/** Up when a broker answers within two seconds. */
final class KafkaHealth extends AbstractHealthIndicator implements DisposableBean {

  private static final long PATIENCE_SECONDS = 2;

  private final KafkaAdmin kafka;
  private @Nullable Admin admin;

  KafkaHealth(KafkaAdmin kafka) {
    super("kafka does not answer");
    this.kafka = kafka;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) throws Exception {
    int brokers =
        connected().describeCluster().nodes().get(PATIENCE_SECONDS, TimeUnit.SECONDS).size();
    health.up().withDetail("brokers", brokers);
  }

  private synchronized Admin connected() {
    if (admin == null) {
      admin = Admin.create(Map.copyOf(kafka.getConfigurationProperties()));
    }
    return admin;
  }

  @Override
  public synchronized void destroy() {
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
  }
}
