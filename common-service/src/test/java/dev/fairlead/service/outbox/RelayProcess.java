package dev.fairlead.service.outbox;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** A relay in a process of its own, to be killed. */
final class RelayProcess {

  private RelayProcess() {}

  /**
   * @param arguments bootstrap servers, JDBC URL, user, password, batch
   */
  public static void main(String[] arguments) throws InterruptedException {
    KafkaProperties kafka = new KafkaProperties();
    kafka.getProducer().getProperties().putAll(Map.of("bootstrap.servers", arguments[0]));
    HikariDataSource database = new HikariDataSource();
    database.setJdbcUrl(arguments[1]);
    database.setUsername(arguments[2]);
    database.setPassword(arguments[3]);
    database.setMaximumPoolSize(2);
    OutboxRelay relay =
        new OutboxRelay(
            database,
            new OutboxAutoConfiguration().factsTemplate(kafka),
            new OutboxSettings(Integer.parseInt(arguments[4])),
            new OutboxHealth(),
            new SimpleMeterRegistry());
    relay.start();
    Thread.currentThread().join();
  }
}
