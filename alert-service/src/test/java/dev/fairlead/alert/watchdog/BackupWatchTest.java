package dev.fairlead.alert.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.alert.AlertService;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@DisplayName("The watch for backups")
class BackupWatchTest {

  private static final String OVERDUE =
      """
      insert into expected_backup (database, place, schedule, since, drill)
      values ('orders/production/main', 'orders/production', '0 0 2 * * *',
              now() - interval '9 days', null)
      """;

  private final Shared.Database database = Shared.freshDatabase("watch");

  @TempDir private Path folder;

  @Test
  @DisplayName("keeps nobody from its tables while Kafka is asked what has been read")
  void locksNothingMeanwhile() throws Exception {
    try (ConfigurableApplicationContext service = start()) {
      AtomicInteger asked = new AtomicInteger();
      BooleanSupplier informed =
          () -> {
            asked.incrementAndGet();
            anotherApplies();
            return false;
          };
      BackupWatch watch = service.getBean(BackupWatch.class);

      assertThat(watch.look(informed)).as("nothing is missing").isFalse();
      service.getBean(JdbcClient.class).sql(OVERDUE).update();
      assertThat(watch.look(informed)).as("one is missing").isTrue();

      assertThat(asked).hasValue(1);
    }
  }

  /** As a manifest that is applied anew; waits no longer than locks of a moment last. */
  private void anotherApplies() {
    var source =
        new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password());
    JdbcClient sql = JdbcClient.create(source);
    new TransactionTemplate(new JdbcTransactionManager(source))
        .executeWithoutResult(
            _ -> {
              sql.sql("set local lock_timeout = '10s'").update();
              sql.sql("update expected_backup set drill = 'never'").update();
            });
  }

  private ConfigurableApplicationContext start() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens.yaml"), "tokens: []\n");
    return new SpringApplicationBuilder(AlertService.class)
        .run(
            "--server.port=0",
            "--FAIRLEAD_KAFKA=" + Shared.kafka().bootstrapServers(),
            "--FAIRLEAD_DB_URL=" + database.jdbcUrl(),
            "--FAIRLEAD_DB_USER=" + database.user(),
            "--FAIRLEAD_DB_PASSWORD=" + database.password(),
            "--fairlead.security.tokens-file=" + tokens);
  }
}
