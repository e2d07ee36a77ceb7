package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.events.BackupId;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("A backup is needed")
class NeedTest {

  @Test
  @DisplayName("while a restore of its files alone has not ended")
  void filesAlone() {
    Neighbours.require("postgres");
    Shared.Database database = Shared.freshDatabase("needs");
    DriverManagerDataSource source =
        new DriverManagerDataSource(database.jdbcUrl(), database.user(), database.password());
    Flyway.configure().dataSource(source).load().migrate();
    JdbcClient sql = JdbcClient.create(source);
    Restores restores = new Restores(sql);
    BackupId backup = BackupId.random();
    sql.sql(
            "insert into file_restore (id, backup, requested_by, requested_at, state) values (?, ?,"
                + " 'alice', now(), 'REQUESTED')")
        .params(UUID.randomUUID(), backup.value())
        .update();

    assertThat(restores.needs(backup)).isTrue();
    assertThat(restores.needed()).containsExactly(backup);
    assertThat(restores.needs(BackupId.random())).isFalse();

    sql.sql("update file_restore set state = 'FAILED'").update();
    assertThat(restores.needs(backup)).isFalse();
    assertThat(restores.needed()).isEmpty();
  }
}
