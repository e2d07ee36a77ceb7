package dev.fairlead.service.outbox;

import dev.fairlead.service.ChassisAutoConfiguration;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

@AutoConfiguration(
    after = ChassisAutoConfiguration.class,
    beforeName = "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration")
@EnableConfigurationProperties(OutboxSettings.class)
class OutboxAutoConfiguration {

  @Bean
  Outbox outbox(JdbcClient database) {
    return new Outbox(database);
  }

  /** The one producer of a service, for the outbox and for dead letters. */
  @Bean
  KafkaTemplate<byte[], byte[]> factsTemplate(KafkaProperties kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.buildProducerProperties());
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    // A record that gave up would let the next one of its key overtake it: none ever does.
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    // What does not know its topic's partitions yet has not been sent: the relay tries it again.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 2);
    // The largest record of a topic must still fit when it is a dead letter with a reason.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2_000_000);
    DefaultKafkaProducerFactory<byte[], byte[]> producers =
        new DefaultKafkaProducerFactory<>(settings);
    // What is unsent at the end is still in the outbox.
    producers.setPhysicalCloseTimeout(2);
    return new KafkaTemplate<>(producers);
  }

  @Bean
  OutboxRelay outboxRelay(
      DataSource database,
      KafkaTemplate<byte[], byte[]> factsTemplate,
      OutboxSettings settings,
      OutboxHealth health,
      MeterRegistry meters) {
    return new OutboxRelay(database, factsTemplate, settings, health, meters);
  }

  @Bean
  OutboxHealth outboxHealthIndicator() {
    return new OutboxHealth();
  }

  /** Grows while Kafka is away, or the relay too slow. Unknown while PostgreSQL is away. */
  @Bean
  MeterBinder outboxWaiting(JdbcClient database) {
    return meters ->
        Gauge.builder("fairlead.outbox.waiting", database, OutboxAutoConfiguration::rows)
            .description("events that wait for Kafka")
            .register(meters);
  }

  private static double rows(JdbcClient database) {
    return database.sql("select count(*) from chassis.outbox").query(Long.class).single();
  }
}
