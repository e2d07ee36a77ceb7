package dev.fairlead.console.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.Envelope;
import dev.fairlead.events.HealthEvent.HeartbeatMissed;
import dev.fairlead.events.TargetId;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("A reader of the journal")
class JournalReaderTest {

  private static final JournalFilter ORDERS =
      new JournalFilter(Optional.empty(), Optional.of("orders"), Optional.empty());

  private TransactionTemplate transaction;
  private Journal journal;

  @BeforeEach
  void journal() {
    Neighbours.require("postgres");
    Shared.Database database = Shared.freshDatabase("journal");
    DriverManagerDataSource source =
        new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password());
    Flyway.configure().dataSource(source).load().migrate();
    transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    journal = new Journal(JdbcClient.create(source), new JournalBell());
  }

  @Test
  @DisplayName("moves past what its filter leaves out, and misses nothing that comes after")
  void movesOn() {
    JournalReader reader = journal.reader(ORDERS, 0);
    append("orders/1");
    append("others/1");
    append("others/2");

    assertThat(reader.next()).extracting(JournalEntry::number).containsExactly(1L);
    assertThat(reader.number()).as("the others are behind it").isEqualTo(3);
    append("others/3");
    assertThat(reader.next()).isEmpty();
    assertThat(reader.number()).isEqualTo(4);
    append("orders/2");
    assertThat(reader.next()).extracting(JournalEntry::number).containsExactly(5L);
  }

  @Test
  @DisplayName("gets a long past in parts, each entry once and in order")
  void inParts() {
    transaction.executeWithoutResult(
        status -> IntStream.range(0, 1203).forEach(number -> append("orders/" + number % 7)));

    JournalReader reader = journal.reader(ORDERS, 0);

    assertThat(reader.next()).hasSize(500);
    assertThat(reader.next()).hasSize(500).extracting(JournalEntry::number).startsWith(501L);
    assertThat(reader.next()).hasSize(203).extracting(JournalEntry::number).endsWith(1203L);
    assertThat(reader.next()).isEmpty();
  }

  private void append(String target) {
    transaction.executeWithoutResult(
        status ->
            journal.append(
                Envelope.of(
                    "test", Instant.now(), new HeartbeatMissed(new TargetId(target), null, 60))));
  }
}
