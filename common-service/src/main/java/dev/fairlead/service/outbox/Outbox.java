package dev.fairlead.service.outbox;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.kafka.EventRecords;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a service puts the events it publishes: in the transaction that changes the state they tell
 * of. Either both happen or neither.
 *
 * <p>Lock the row of the aggregate ({@code select … for update}) before appending: rows are relayed
 * in the order of their ids, and only the lock makes that the order of the commits.
 */
public final class Outbox {

  /** Kafka's default {@code max.message.bytes}, less room for headers and framing. */
  private static final int LARGEST = 1_000_000;

  private static final JsonMapper JSON = new JsonMapper();

  private final JdbcClient database;

  Outbox(JdbcClient database) {
    this.database = database;
  }

  /**
   * Has it told once the transaction is committed, and never if it is not.
   *
   * @throws IllegalStateException outside a transaction
   * @throws EventTooLarge when Kafka would not take it
   */
  public void append(Envelope envelope) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException(
          "an event is appended to the outbox in the transaction that changes the state it tells of");
    }
    ProducerRecord<String, byte[]> record = EventRecords.record(envelope);
    if (record.value().length > LARGEST) {
      throw new EventTooLarge(envelope, record.value().length, LARGEST);
    }
    database
        .sql(
            """
            insert into chassis.outbox (topic, key, headers, value)
            values (?, ?, ?::jsonb, ?)
            """)
        .params(record.topic(), record.key(), headers(record), record.value())
        .update();
  }

  private static String headers(ProducerRecord<?, ?> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return JSON.writeValueAsString(headers);
  }
}
