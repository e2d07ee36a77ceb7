package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.RetentionClass;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.PostgresServer;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@DisplayName("The catalogue")
@InSecondLane
class BackupsTest {

  private static final DatabaseId DATABASE = new DatabaseId("orders/production/main");

  private static JdbcClient sql;
  private static Backups backups;

  @BeforeAll
  static void migrate() {
    Neighbours.require("postgres");
    PostgresServer server = Shared.secondPostgres();
    DriverManagerDataSource source =
        new DriverManagerDataSource(
            server.createDatabase("catalogue_of_many"), server.user(), server.password());
    Flyway.configure().dataSource(source).load().migrate();
    sql = JdbcClient.create(source);
    backups = new Backups(sql);
  }

  /** One that was looked at would be refused: it is no manifest. */
  @Test
  @DisplayName("tells what counts of all completed backups without looking at their manifests")
  void completed() {
    UUID older = insert(1, "completed", "{\"retentionClass\":\"release\"}");
    UUID newer = insert(2, "completed", "{\"retentionClass\":\"of a later version\"}");
    UUID newest = insert(3, "completed", "{}");
    insert(4, "completed", null);
    insert(5, "expired", "{}");
    sql.sql("update backup set requested_by = ? where id = ?")
        .params(Backup.TIMETABLE.value(), newer)
        .update();
    sql.sql("update backup set disproved = 'differs', trusted = false where id = ?")
        .param(newest)
        .update();
    sql.sql("insert into backup_copy values (?, 'disk', 'here', null), (?, 's3', 'there', 'bad')")
        .params(older, older)
        .update();

    List<CompletedBackup> completed = backups.completed(DATABASE);

    assertThat(completed)
        .extracting(CompletedBackup::id)
        .containsExactly(new BackupId(newest), new BackupId(newer), new BackupId(older));
    assertThat(completed)
        .extracting(CompletedBackup::retentionClass)
        .containsExactly(null, RetentionClass.SCHEDULED, RetentionClass.RELEASE);
    assertThat(completed).extracting(CompletedBackup::trusted).containsExactly(false, true, true);
    assertThat(completed.getFirst().disproved()).isEqualTo("differs");
    assertThat(completed.getLast().proof()).isEqualTo(ProofLevel.READ_BACK);
    assertThat(completed.getLast().isGood()).isTrue();
    assertThat(completed.getLast().copies()).hasSize(2);
  }

  private static UUID insert(int day, String state, @Nullable String manifest) {
    UUID id = UUID.randomUUID();
    sql.sql(
            """
            insert into backup (id, database, requested_at, state, manifest, snapshot_at, proof)
            values (:id, :database, now(), :state, cast(:manifest as jsonb),
                    timestamptz '2026-11-01' + :day * interval '1 day', 'read-back')
            """)
        .param("id", id)
        .param("database", DATABASE.value())
        .param("state", state)
        .param("manifest", manifest)
        .param("day", day)
        .update();
    return id;
  }
}
