package dev.fairlead.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.S3Store;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of its own, with a store, a key and a server: no broker, no catalogue, no service. */
@DisplayName("Recovery from a store alone")
@InSecondLane
class RecoveryTest {

  private static final String COUNT = "select count(*)::text from billing.orders";

  @TempDir Path folder;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
  }

  record Result(int exit, String output) {}

  @Test
  @DisplayName("brings a database back from a bucket, with roles the server no longer has")
  void fromBucket() throws Exception {
    String bucket = Buckets.fresh();
    S3Store store =
        Buckets.store(
            Buckets.server().endpoint(), bucket, Buckets.server().credentials().secretKey());
    SourceDatabase source = SourceDatabase.createInSecondLane("lost").withOrders(500);
    Workshop workshop = new Workshop(store);
    Manifest manifest = workshop.backUp(source.access());
    identity(workshop);
    source.asSuperuser("drop database " + source.name());
    source.asSuperuser("drop role " + source.role());
    String[] restore = {
      "--from", "s3://%s/backups".formatted(bucket),
      "--database", Workshop.DATABASE.value(),
      "--into", address(source.name()),
      "--identity", folder.resolve("age-identity.txt").toString()
    };

    Result listed = run("--from", "s3://%s/backups".formatted(bucket));
    Result refused = run(restore);
    List<String> withRoles = new ArrayList<>(List.of(restore));
    withRoles.add("--create-roles");
    Result restored = run(withRoles.toArray(String[]::new));

    assertThat(listed.output()).contains(manifest.backup().toString(), "1,000 rows");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.output()).contains("has no role " + source.role(), "--create-roles");
    assertThat(restored.exit()).as(restored.output()).isZero();
    assertThat(restored.output()).contains("3 tables with 1,000 rows, compared");
    assertThat(source.query(COUNT)).containsExactly("500");
    assertThat(source.query("select tableowner::text from pg_tables where tablename = 'orders'"))
        .containsExactly(source.role());
  }

  @Test
  @DisplayName("brings one table back from a folder, and says what is missing when it cannot")
  void fromFolder() throws Exception {
    Path store = folder.resolve("store");
    SourceDatabase source = SourceDatabase.createInSecondLane("onetable").withOrders(40);
    Workshop workshop = new Workshop(new DiskStore("disk", store));
    String reader = SourceDatabase.createInSecondLane("onetablereader").role();
    source.asSuperuser(
        "alter role %s in database %s set work_mem to '5MB'".formatted(reader, source.name()));
    workshop.backUp(source.access());
    source.asSuperuser("alter role %s in database %s reset all".formatted(reader, source.name()));
    source.asSuperuser("alter role %s rename to %s_gone".formatted(reader, reader));
    identity(workshop);
    String copy = source.name() + "_copy";
    String identity = folder.resolve("age-identity.txt").toString();

    Result unknown =
        run(
            "--from",
            store.toString(),
            "--database",
            "x/y/z",
            "--into",
            address(copy),
            "--identity",
            identity);
    Result restored =
        run(
            "--from",
            store.toString(),
            "--database",
            Workshop.DATABASE.value(),
            "--into",
            address(copy),
            "--identity",
            identity,
            "--table",
            "billing.orders");

    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.output()).contains("no backup of x/y/z", Workshop.DATABASE.value());
    assertThat(restored.exit()).as(restored.output()).isZero();
    assertThat(restored.output())
        .as("a role that only has settings is no reason to refuse")
        .contains("not set   work_mem of role %s".formatted(reader));
    assertThat(restored.output()).contains("table billing.orders with 40 rows, all others empty");
    assertThat(source.query(copy, COUNT)).containsExactly("40");
    assertThat(source.query(copy, "select count(*)::text from items")).containsExactly("0");
  }

  @Test
  @DisplayName("explains a command line it does not understand")
  void usage() throws Exception {
    assertThat(run("--from", "/nowhere/at/all").output()).contains("is no folder");
    assertThat(run("--into", "x").output()).contains("--from is missing");
    assertThat(run("--form", "x").output()).contains("'--form' is not understood");
    assertThat(TargetAddress.parse("postgresql://me@db.example/orders", Map.of()).access())
        .hasToString("me@db.example:5432/orders");
    assertThat(run("--from", "s3://bucket").exit()).isEqualTo(2);
  }

  private void identity(Workshop workshop) throws Exception {
    Files.writeString(folder.resolve("age-identity.txt"), workshop.identityFile());
  }

  private static String address(String database) {
    return "postgresql://%s@127.0.0.1:%d/%s"
        .formatted(Shared.secondPostgres().user(), Shared.secondPostgres().port(), database);
  }

  private Result run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Recovery.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    String path = String.valueOf(System.getenv("PATH"));
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", path,
                "PGPASSWORD", Shared.secondPostgres().password(),
                "AWS_ACCESS_KEY_ID", Buckets.server().credentials().accessKey(),
                "AWS_SECRET_ACCESS_KEY", Buckets.server().credentials().secretKey(),
                "AWS_ENDPOINT_URL", Buckets.server().endpoint().toString()));
    if (arguments[arguments.length - 1].equals("s3://bucket")) {
      builder.environment().remove("AWS_ACCESS_KEY_ID");
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    return new Result(process.waitFor(), output);
  }
}
