package dev.fairlead.service.bus;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.Reading;
import dev.fairlead.events.Topic;
import dev.fairlead.events.kafka.EventRecords;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.integration.StaticMessageHeaderAccessor;
import org.springframework.messaging.Message;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The function the binder calls. Reads the source record itself rather than the message made of it:
 * the conversion on the way would lose or rename CloudEvents' headers.
 */
final class FactDispatcher implements Consumer<Message<byte[]>> {

  private static final Logger log = LoggerFactory.getLogger(FactDispatcher.class);

  private final Map<String, FactHandler> handlers;
  private final Inbox inbox;
  private final TransactionTemplate transaction;
  private final MeterRegistry meters;

  /**
   * @param handlers by bean name, which is the handler's name in the inbox
   */
  FactDispatcher(
      Map<String, FactHandler> handlers,
      Inbox inbox,
      TransactionTemplate transaction,
      MeterRegistry meters) {
    this.handlers = Map.copyOf(handlers);
    this.inbox = inbox;
    this.transaction = transaction;
    this.meters = meters;
  }

  Set<Topic> topics() {
    Set<Topic> topics = EnumSet.noneOf(Topic.class);
    handlers.values().forEach(handler -> topics.addAll(handler.topics()));
    return topics;
  }

  @Override
  public void accept(Message<byte[]> message) {
    ConsumerRecord<?, byte[]> record = StaticMessageHeaderAccessor.getSourceData(message);
    if (record == null) {
      throw new IllegalStateException("the binder did not bind the source record");
    }
    dispatch(record);
  }

  void dispatch(ConsumerRecord<?, byte[]> record) {
    Topic topic = topicOf(record);
    if (topic.compacted() && record.value() == null) {
      return; // a tombstone: its key is gone, and that is all it says
    }
    switch (EventRecords.read(record.headers(), record.value())) {
      case Reading.Known(Envelope fact) -> handle(topic, fact);
      case Reading.Unknown(String type) -> {
        log.debug("fact=skipped type={} topic={} reason=unknown-type", type, record.topic());
        count(record.topic(), "skipped");
      }
    }
  }

  private static Topic topicOf(ConsumerRecord<?, ?> record) {
    return Arrays.stream(Topic.values())
        .filter(topic -> topic.topicName().equals(record.topic()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("not a topic of ours: " + record.topic()));
  }

  private void handle(Topic topic, Envelope fact) {
    try (var event = MDC.putCloseable("event", fact.id());
        var correlation = MDC.putCloseable("correlation", correlationOf(fact))) {
      handlers.forEach(
          (name, handler) -> {
            if (handler.topics().contains(topic) && handler.wants(fact.event())) {
              boolean first = inOneTransaction(name, handler, fact);
              count(topic.topicName(), first ? "handled" : "repeated");
            }
          });
    }
  }

  private static String correlationOf(Envelope fact) {
    return Objects.requireNonNullElse(fact.correlation(), "none");
  }

  private boolean inOneTransaction(String name, FactHandler handler, Envelope fact) {
    return Boolean.TRUE.equals(
        transaction.execute(
            status -> {
              boolean first = inbox.enter(name, fact);
              if (first) {
                call(handler, fact);
              }
              return first;
            }));
  }

  private static void call(FactHandler handler, Envelope fact) {
    try {
      handler.on(fact);
    } catch (AssertionError | LinkageError | StackOverflowError e) {
      // An Error would end the listener for good; these are as local as any exception.
      throw new IllegalStateException(handler.getClass().getSimpleName() + " broke: " + e, e);
    }
  }

  private void count(String topic, String outcome) {
    meters.counter("fairlead.facts", "topic", topic, "outcome", outcome).increment();
  }
}
