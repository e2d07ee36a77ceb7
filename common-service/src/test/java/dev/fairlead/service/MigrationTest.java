package dev.fairlead.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.service.probe.Probe;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A migration of a service's tables")
class MigrationTest {

  @TempDir private Path migrations;

  @Test
  @DisplayName("may take longer than any other statement is waited for")
  void outlastsTheTimeout() throws Exception {
    Files.writeString(
        migrations.resolve("V9000__large_table.sql"),
        "create table large_table as select 1 as one from (select pg_sleep(5)) nap;");

    try (Probe probe =
        Probe.start(
            "migration",
            Shared.kafka(),
            Shared.freshDatabase("migration"),
            "--spring.flyway.locations=classpath:db/migration,filesystem:" + migrations,
            "--spring.datasource.hikari.data-source-properties.socketTimeout=2")) {
      assertThat(probe.database().sql("select one from large_table").query(Integer.class).single())
          .isOne();
    }
  }

  @Test
  @DisplayName("connects as the service does: with whatever else its connections are to have")
  void connectsAsThePool() throws Exception {
    Files.writeString(
        migrations.resolve("V9000__settings.sql"),
        """
        create table seen as
          select current_setting('fairlead.asked', true) as asked,
                 current_setting('application_name') as name;
        """);

    try (Probe probe =
        Probe.start(
            "migration",
            Shared.kafka(),
            Shared.freshDatabase("migration"),
            "--spring.flyway.locations=classpath:db/migration,filesystem:" + migrations,
            "--spring.datasource.hikari.data-source-properties.options=-c fairlead.asked=yes")) {
      assertThat(probe.database().sql("select asked, name from seen").query().singleRow())
          .containsEntry("asked", "yes")
          .containsEntry("name", "fairlead-migration-migration");
    }
  }
}
