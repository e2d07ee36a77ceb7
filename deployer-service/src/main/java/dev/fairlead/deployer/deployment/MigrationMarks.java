package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.migration.MigrationMark;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.events.DatabaseId;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Which databases deployments have begun to migrate. */
final class MigrationMarks {

  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<List<String>> SCRIPTS = new TypeReference<>() {};

  private final JdbcClient database;

  MigrationMarks(JdbcClient database) {
    this.database = database;
  }

  /**
   * @param fence of the runner: one that was taken over begins nothing any more, so that its
   *     successor knows for certain what was begun
   */
  MigrationMark of(Deployment deployment, DatabaseId migrated, long fence) {
    return new MigrationMark() {
      @Override
      public Optional<List<String>> begunWith() {
        return find(deployment, migrated);
      }

      @Override
      public void begin(List<String> pending) {
        set(deployment, migrated, fence, pending);
      }
    };
  }

  /** An earlier version leaves only its count of what was written, and that it does not tell. */
  private Optional<List<String>> find(Deployment deployment, DatabaseId migrated) {
    List<String> found =
        database
            .sql(
                """
                select coalesce(
                  (select scripts::text from begun_migration
                    where deployment = :deployment and database = :database),
                  (select '' from write_mark where deployment = :deployment
                    and database = :database and moment = 'migrating'))
                """)
            .param("deployment", deployment.id().value())
            .param("database", migrated.value())
            .query(String.class)
            .list();
    return Optional.ofNullable(found.getFirst())
        .map(
            scripts ->
                scripts.isEmpty()
                    ? planned(deployment, migrated)
                    : JSON.readValue(scripts, SCRIPTS));
  }

  private static List<String> planned(Deployment deployment, DatabaseId migrated) {
    return deployment.known().migrations().stream()
        .filter(migration -> migration.database().equals(migrated))
        .map(PlannedMigration::script)
        .toList();
  }

  /** The lock keeps others from taking it over until this is kept. */
  private void set(Deployment deployment, DatabaseId migrated, long fence, List<String> pending) {
    int kept =
        database
            .sql(
                """
                insert into begun_migration (deployment, database, scripts)
                select id, ?, ?::jsonb from deployment where id = ? and fence = ? for share
                on conflict (deployment, database) do update
                  set scripts = begun_migration.scripts
                """)
            .params(
                migrated.value(), JSON.writeValueAsString(pending), deployment.id().value(), fence)
            .update();
    if (kept == 0) {
      throw new TakenOver(deployment.id());
    }
  }
}
