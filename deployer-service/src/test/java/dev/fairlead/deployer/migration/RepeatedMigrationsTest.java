package dev.fairlead.deployer.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Migrations that a deployer had begun before it was killed")
class RepeatedMigrationsTest {

  private static final String ADD = "alter table orders add column note text;";
  private static final String RENAME = "alter table orders rename to sales;";
  private static final String BROKEN = "insert into nowhere values (1);";
  private static final String INDEX = "create index concurrently one on orders (id);";

  private final Migrations migrations = new Migrations(Duration.ofMillis(200));
  private final MarkInMemory mark = new MarkInMemory();
  private final Path folder;
  private final MigratedDatabase database;

  RepeatedMigrationsTest(@TempDir Path folder) {
    this.folder = folder;
    this.database = new MigratedDatabase(folder);
  }

  @BeforeEach
  void schema() throws Exception {
    database.script("V1__orders.sql", "create table orders (id int);");
    database.migrate(migrations);
  }

  @Test
  @DisplayName("have not changed nothing when the first of them was committed and the second fails")
  void secondFails() throws Exception {
    Map<String, String> planned = killedAfterTheFirstOf(RENAME, BROKEN);

    MigrationResult.Failed failed = failedAgain(planned);

    assertThat(failed.failed()).isEqualTo("V3__second.sql");
    assertThat(failed.changedNothing()).as("V2 is applied").isFalse();
  }

  @Test
  @DisplayName("have changed nothing when none of them was committed")
  void nothingCommitted() throws Exception {
    Map<String, String> planned = planned(BROKEN, ADD);
    mark.begin(List.of("V2__first.sql", "V3__second.sql"));

    assertThat(failedAgain(planned).changedNothing()).isTrue();
  }

  @Test
  @DisplayName("go on with the second one")
  void goOn() throws Exception {
    Map<String, String> planned = killedAfterTheFirstOf(RENAME, "select 1;");

    assertThat(database.migrate(migrations, planned, mark))
        .isInstanceOf(MigrationResult.Applied.class);
    assertThat(migrations.pending(folder, database.access())).isEmpty();
  }

  @Test
  @DisplayName("have not changed nothing when the scripts are others by now, or gone")
  void scriptsChanged() throws Exception {
    Map<String, String> planned = killedAfterTheFirstOf(RENAME, ADD);
    database.script("V3__second.sql", "drop table sales;");
    assertThat(failedAgain(planned).changedNothing()).isFalse();

    Files.delete(folder.resolve("V3__second.sql"));
    MigrationResult.Failed missing = failedAgain(planned);
    assertThat(missing.reason()).isEqualTo("not as planned: V3__second.sql is gone");
    assertThat(missing.changedNothing()).isFalse();

    MigrationResult.Failed gone =
        (MigrationResult.Failed)
            migrations.migrate(
                folder.resolve("absent"), database.access(), planned, Duration.ofMinutes(1), mark);
    assertThat(gone.changedNothing()).isFalse();
  }

  @Test
  @DisplayName("have not changed nothing when the database cannot be asked")
  void databaseAway() throws Exception {
    Map<String, String> planned = planned(RENAME, ADD);
    DatabaseAccess nowhere =
        new DatabaseAccess(
            database.jdbcUrl().replace(database.name(), "nothing"),
            database.user(),
            database.access().password());

    MigrationResult.Failed never =
        (MigrationResult.Failed)
            migrations.migrate(folder, nowhere, planned, Duration.ofMinutes(1), mark);
    mark.begin(List.of("V2__first.sql", "V3__second.sql"));
    MigrationResult.Failed begun =
        (MigrationResult.Failed)
            migrations.migrate(folder, nowhere, planned, Duration.ofMinutes(1), mark);

    assertThat(never.changedNothing()).isTrue();
    assertThat(begun.changedNothing()).isFalse();
    assertThat(begun.reason()).contains("how far they came is not known");
  }

  @Test
  @DisplayName("are not begun again where the first one left runs outside of a transaction")
  void outsideOfTransaction() throws Exception {
    Map<String, String> planned = planned(INDEX, ADD);
    mark.begin(List.of("V2__first.sql", "V3__second.sql"));

    MigrationResult.Failed failed = failedAgain(planned);

    assertThat(failed.failed()).isEqualTo("V2__first.sql");
    assertThat(failed.reason()).contains("how far it came is not known");
    assertThat(failed.changedNothing()).isFalse();
    assertThat(database.query("select to_regclass('one')")).as("not run").isNull();
  }

  @Test
  @DisplayName("do not end well where the last one failed outside of a transaction")
  void cancelledAtShutdown() throws Exception {
    database.execute("insert into orders values (1), (1)");
    Map<String, String> planned =
        planned(ADD, "create unique index concurrently one on orders (id);");
    database.migrate(migrations, planned, mark);

    MigrationResult.Failed failed = failedAgain(planned);

    assertThat(failed.failed()).isEqualTo("V3__second.sql");
    assertThat(failed.changedNothing()).isFalse();
    assertThat(failed.advice()).contains("delete its row from fairlead_migrations");
  }

  private Map<String, String> planned(String first, String second) throws Exception {
    database.script("V2__first.sql", first);
    database.script("V3__second.sql", second);
    return database.fingerprints(migrations);
  }

  private Map<String, String> killedAfterTheFirstOf(String first, String second) throws Exception {
    Map<String, String> planned = new HashMap<>(planned(first, second));
    mark.begin(List.of("V2__first.sql", "V3__second.sql"));
    Files.delete(folder.resolve("V3__second.sql"));
    database.migrate(migrations);
    database.script("V3__second.sql", second);
    return planned;
  }

  private MigrationResult.Failed failedAgain(Map<String, String> planned)
      throws InterruptedException {
    return (MigrationResult.Failed) database.migrate(migrations, planned, mark);
  }
}
