package dev.fairlead.service.bus;

import dev.fairlead.events.InvalidEvent;
import dev.fairlead.service.ChassisAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.cloud.stream.config.ConsumerEndpointCustomizer;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.kafka.inbound.KafkaMessageDrivenChannelAdapter;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.support.KafkaHeaderMapper;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Puts the {@link FactHandler}s of a service behind the binder's function {@code facts}.
 *
 * <p>The binder's own retries and dead letters are off: they cannot tell an outage from a bad
 * event, and would bury good facts while PostgreSQL restarts. The listener container's error
 * handler does both, and seeks back in between, so the consumer stays in its group however long an
 * outage lasts.
 */
@AutoConfiguration(
    after = ChassisAutoConfiguration.class,
    beforeName = "org.springframework.cloud.stream.function.FunctionConfiguration")
@EnableConfigurationProperties(BusSettings.class)
class BusAutoConfiguration {

  private static final Logger log = LoggerFactory.getLogger(BusAutoConfiguration.class);

  private static final String INPUT = "facts-in-0";

  private static final FixedBackOff AT_ONCE_TO_DEAD_LETTERS = new FixedBackOff(0, 0);
  private static final FixedBackOff THREE_MORE_TRIES = new FixedBackOff(200, 3);

  @Bean
  Inbox inbox(JdbcClient database) {
    return new Inbox(database);
  }

  @Bean
  InboxPurge inboxPurge(Inbox inbox, BusSettings settings, Clock clock) {
    return new InboxPurge(inbox, settings.rememberFor(), clock);
  }

  @Bean
  FactDispatcher factDispatcher(
      ListableBeanFactory beans,
      Inbox inbox,
      PlatformTransactionManager transactions,
      MeterRegistry meters) {
    return new FactDispatcher(
        beans.getBeansOfType(FactHandler.class),
        inbox,
        new TransactionTemplate(transactions),
        meters);
  }

  @Bean
  static BeanDefinitionRegistryPostProcessor inputAfterWebServer() {
    return new InputAfterWebServer();
  }

  /** The function. A service without handlers has none, and the binder binds nothing. */
  @Bean
  @ConditionalOnBean(FactHandler.class)
  Consumer<Message<byte[]>> facts(FactDispatcher dispatcher) {
    return dispatcher::accept;
  }

  @Bean
  FactTopics factTopics(
      KafkaAdmin kafka,
      BusSettings settings,
      @Value("${spring.application.name}") String service,
      FactDispatcher dispatcher,
      ApplicationContext context) {
    return new FactTopics(kafka, settings, service, dispatcher.topics(), context);
  }

  @Bean
  Backlog backlog(
      KafkaAdmin kafka, @Value("${spring.cloud.stream.bindings.facts-in-0.group}") String group) {
    return new Backlog(kafka, group);
  }

  @Bean
  KafkaHealth kafkaHealthIndicator(KafkaAdmin kafka) {
    return new KafkaHealth(kafka);
  }

  /** Binds the function to the topics that the handlers name, between creation and start. */
  @Bean
  @ConditionalOnBean(FactHandler.class)
  SmartInitializingSingleton factDestinations(
      BindingServiceProperties bindings, FactDispatcher dispatcher) {
    return () -> {
      Set<String> topics =
          dispatcher.topics().stream()
              .map(topic -> topic.topicName())
              .collect(Collectors.toCollection(TreeSet::new));
      var input = Objects.requireNonNull(bindings.getBindings().get(INPUT), INPUT);
      input.setDestination(String.join(",", topics));
    };
  }

  @Bean
  ConsumerEndpointCustomizer<KafkaMessageDrivenChannelAdapter<?, ?>> sourceRecords() {
    return (endpoint, destination, group) -> endpoint.setBindSourceRecord(true);
  }

  @Bean
  DeadLetters deadLetters(
      KafkaTemplate<byte[], byte[]> factsTemplate,
      @Value("${spring.application.name}") String service,
      Clock clock,
      MeterRegistry meters) {
    return new DeadLetters(factsTemplate, service, clock, meters);
  }

  @Bean
  ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>> retriesAndDeadLetters(
      DeadLetters deadLetters) {
    return (container, destination, group) -> {
      DefaultErrorHandler errors = new DefaultErrorHandler(deadLetters, THREE_MORE_TRIES);
      errors.setLogLevel(KafkaException.Level.DEBUG);
      errors.setRetryListeners(BusAutoConfiguration::sayThatItWaits);
      errors.setBackOffFunction((record, failure) -> patienceFor(record, failure));
      container.setCommonErrorHandler(errors);
      container.getContainerProperties().setStopImmediate(true);
    };
  }

  private static void sayThatItWaits(
      ConsumerRecord<?, ?> record, @Nullable Exception failure, int attempt) {
    if (failure != null && Outage.caused(failure)) {
      log.warn(
          "fact=waiting topic={} partition={} offset={} attempt={} reason=\"{}\" next=retry",
          record.topic(),
          record.partition(),
          record.offset(),
          attempt,
          Outage.rootOf(failure));
    }
  }

  private static BackOff patienceFor(ConsumerRecord<?, ?> record, Exception failure) {
    if (Outage.caused(failure)) {
      ExponentialBackOff untilItPasses = new ExponentialBackOff(500, 2);
      untilItPasses.setMaxInterval(10_000);
      return untilItPasses;
    }
    boolean invalid = failure.getCause() != null && hasCause(failure, InvalidEvent.class);
    return invalid || record.value() == null ? AT_ONCE_TO_DEAD_LETTERS : THREE_MORE_TRIES;
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** Headers are read from the source record; a stranger's headers must not steer the binder. */
  @Bean
  KafkaHeaderMapper headersStayInTheRecord() {
    return new KafkaHeaderMapper() {
      @Override
      public void fromHeaders(MessageHeaders headers, Headers target) {}

      @Override
      public void toHeaders(Headers source, Map<String, Object> target) {}
    };
  }
}
