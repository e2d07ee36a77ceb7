package dev.fairlead.deployer.deployment;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.DATABASE;
import static dev.fairlead.deployer.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.deployer.Samples;
import dev.fairlead.deployer.manifest.EnvironmentSpec;
import dev.fairlead.deployer.manifest.Manifest;
import dev.fairlead.deployer.migration.Migrations;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.PlannedMigration;
import dev.fairlead.deployer.release.Databases;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.EnvironmentName;
import dev.fairlead.service.secret.Secrets;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The deployer's own database is the application's as well. */
@DisplayName("A schema that an earlier release does not know")
class UnknownSchemaTest {

  private static final String RENAME = "V2__rename.sql";

  private JdbcClient database;
  private Shared.Database server;
  private EnvironmentSpec spec;
  private UnknownSchema unknown;
  private int recorded;

  @BeforeEach
  void begin(@TempDir Path folder) throws Exception {
    Neighbours.require("postgres");
    server = Shared.freshDatabase("schema");
    DriverManagerDataSource source =
        new DriverManagerDataSource(server.jdbcUrl(), server.user(), server.password());
    Flyway.configure().dataSource(source).load().migrate();
    database = JdbcClient.create(source);
    database.sql("insert into place values ('orders', 'staging', null)").update();
    database.sql("create table fairlead_migrations (script text)").update();
    spec = spec(server.name(), Files.writeString(folder.resolve("password"), server.password()));
    unknown =
        new UnknownSchema(
            new Releases(database),
            new Databases(Secrets.ofThisProcess()),
            new Migrations(Duration.ofSeconds(1)));
  }

  @Test
  @DisplayName("keeps a rollback from it, until a backup from before is restored")
  void restored() {
    Release target = recorded("succeeded", spec);
    Release renamed = recorded("succeeded", spec, RENAME, "V3__drop.sql");
    recorded("succeeded", spec);
    run(RENAME, "V3__drop.sql");

    assertThat(unknown.of(target))
        .extracting(UnknownSchema.Change::by)
        .containsExactly(renamed, renamed);
    assertThatThrownBy(() -> unknown.requireNone(target))
        .isInstanceOfSatisfying(
            PlanRefused.class,
            refused -> {
              assertThat(refused.detail())
                  .isEqualTo("version 2 does not know the schema since V2__rename.sql");
              assertThat(refused.advice())
                  .isEqualTo(
                      "restore a backup of orders/staging/main from before, then roll back again; or deploy forward");
            });

    database.sql("delete from fairlead_migrations").update();
    assertThat(unknown.of(target)).isEmpty();
    unknown.requireNone(target);
  }

  @Test
  @DisplayName("is one also where the deployment that made it failed and could not be undone")
  void failed() {
    Release target = recorded("succeeded", spec);
    recorded("failed", spec, RENAME);
    Release failed = recorded("rollback-failed", spec, RENAME);
    recorded("succeeded", spec);
    run(RENAME);

    assertThat(unknown.of(target)).extracting(UnknownSchema.Change::by).containsExactly(failed);
  }

  @Test
  @DisplayName("is none that a failed deployment was to bring and did not, or took back")
  void undone() {
    Release target = recorded("succeeded", spec);
    recorded("failed", spec, RENAME, "R__view.sql");
    recorded("rolled-back", spec, RENAME);
    recorded("succeeded", spec);
    run(RENAME, "R__view.sql");

    assertThat(unknown.of(target)).isEmpty();
  }

  @Test
  @DisplayName("is none that whoever ran it at last calls compatible")
  void declared() {
    Release target = recorded("succeeded", spec);
    recorded("rollback-failed", spec, RENAME);
    recorded(
        "succeeded", spec, List.of(new PlannedMigration(DATABASE, RENAME, true, "ab".repeat(32))));
    run(RENAME);

    assertThat(unknown.of(target)).isEmpty();
  }

  @Test
  @DisplayName("is none for the release that made it, and those after it")
  void known() {
    Release target = recorded("succeeded", spec, RENAME);
    recorded("succeeded", spec);
    run(RENAME);

    assertThat(unknown.of(target)).isEmpty();
  }

  @Test
  @DisplayName("is taken for granted where the database does not say")
  void unread() {
    EnvironmentSpec away = spec("nothing", Path.of("password"));
    Release target = recorded("succeeded", away);
    recorded("succeeded", away, RENAME);

    assertThatThrownBy(() -> unknown.requireNone(target))
        .isInstanceOf(PlanRefused.class)
        .hasMessageContaining("whether orders/staging/main still has that cannot be told");
  }

  @Test
  @DisplayName("is not known to be restored where it came from a repeatable script")
  void repeatable() {
    Release target = recorded("succeeded", spec);
    recorded("succeeded", spec, "R__view.sql");
    run("R__view.sql");

    assertThatThrownBy(() -> unknown.requireNone(target))
        .isInstanceOfSatisfying(
            PlanRefused.class,
            refused -> assertThat(refused.advice()).startsWith("deploy forward"));
  }

  private EnvironmentSpec spec(String name, Path password) {
    URI address = URI.create(server.jdbcUrl().substring("jdbc:".length()));
    return Manifest.read(
            """
            application: orders
            artifact: {archive: "orders-{version}.zip"}
            command: [java, -jar, orders.jar]
            route: {host: orders.localhost}
            databases:
              main: {host: %s, port: %d, name: %s, username: %s, password: "secret:file:%s", migrations: migrations}
            verification: {checks: [{path: /health}]}
            environments: {staging: {}}
            """
                .formatted(address.getHost(), address.getPort(), name, server.user(), password),
            Samples.HOST)
        .environment(new EnvironmentName("staging"))
        .orElseThrow();
  }

  private Release recorded(String state, EnvironmentSpec how, String... incompatible) {
    return recorded(
        state,
        how,
        Arrays.stream(incompatible)
            .map(script -> new PlannedMigration(DATABASE, script, false, "ab".repeat(32)))
            .toList());
  }

  private Release recorded(String state, EnvironmentSpec how, List<PlannedMigration> migrations) {
    Plan plan =
        Plan.of(
            Samples.request(),
            how,
            "orders-2.zip",
            new ArtifactDigest("sha256:" + "a".repeat(64)),
            null,
            null,
            List.of(),
            migrations,
            Path.of("/srv/orders"));
    recorded++;
    Release release =
        Release.of(DeploymentId.random(), plan, ALICE, null, List.of(), NOON.plusSeconds(recorded));
    database
        .sql(
            """
            insert into deployment
              (id, application, environment, version, state, active, ended, document, requested_at)
            values (?, 'orders', 'staging', '2', ?, false, true, '{}', now())
            """)
        .params(release.id().value(), state)
        .update();
    new Releases(database).record(release);
    return release;
  }

  private void run(String... scripts) {
    for (String script : scripts) {
      database.sql("insert into fairlead_migrations values (?)").param(script).update();
    }
  }
}
