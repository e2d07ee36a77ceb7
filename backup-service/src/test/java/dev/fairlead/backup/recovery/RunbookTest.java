package dev.fairlead.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.Buckets;
import dev.fairlead.backup.testing.Documented;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.events.BackupEvent.BackupRequested;
import dev.fairlead.events.BackupEvent.BackupVerified;
import dev.fairlead.events.BackupEvent.ProofLevel;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import dev.fairlead.stack.S3Server;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Section 2 of docs/runbook/disaster-recovery.md, command for command, without Fairlead. */
@DisplayName("The runbook's commands")
class RunbookTest {

  private static final int LARGE = 3_000_000;

  /** What belongs to a database and not into it. */
  private static final String PROPERTIES =
      """
      select line from (
        select pg_get_userbyid(datdba)::text || ' ' || datconnlimit || ' ' || datlocprovider::text
               || ' ' || daticulocale || ' ' || datcollate as line
          from pg_database where datname = current_database()
        union select (acl).grantee::text || ' ' || (acl).privilege_type || (acl).is_grantable::text
                from (select aclexplode(datacl) as acl from pg_database
                       where datname = current_database()) as granted
        union select 'comment ' || shobj_description(oid, 'pg_database')
                from pg_database where datname = current_database()
        union select setrole::text || ' ' || unnest(setconfig)
                from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
               where datname = current_database()) as lines
       order by 1
      """;

  @TempDir Path folder;
  private final String bucket = Buckets.fresh();

  @Test
  @DisplayName(
      "bring back rows and files of the newest backup from a bucket, with stock tools alone")
  void byHand() throws Exception {
    Neighbours.require("postgres", "pg_dump", "initdb", "psql", "createdb", "pg_restore");
    Neighbours.require("curl", "jq", "age", "zstd", "sha256sum");
    SourceDatabase source = source();
    Path uploads = uploads();
    DatabaseId database = RunningService.freshId(source);
    Manifest newest = backedUp(source, database, uploads);
    Path machine = emptyMachine("empty-machine");
    String copy = source.name() + "_by_hand";
    Map<String, String> environment = environment(database, copy);

    String said =
        Documented.run(
            String.join(
                "\n",
                runbook("fetch"),
                Documented.commands("backups.md", "by-hand"),
                runbook("check"),
                Documented.commands("backups.md", "files-by-hand")),
            machine,
            environment);

    assertThat(said)
        .contains(newest.archive().sha256(), "\"archiveSha256\": \"" + newest.archive().sha256())
        .doesNotContain("the backup had", "passed over", "left out");
    assertThat(source.query(copy, "select count(*)::text from billing.orders"))
        .as("of the newer one of two")
        .containsExactly("301");
    assertThat(source.query(copy, PROPERTIES))
        .hasSizeGreaterThan(5)
        .isEqualTo(source.query(PROPERTIES));
    requireFiles(machine.resolve("restored" + uploads), uploads);
    requireDifferencesAreNamed(source, copy, machine, environment);
    requireFoundBelowPrefix(database, newest);
    requireStopWithoutBackup(environment);
  }

  private static String runbook(String name) throws IOException {
    return Documented.commands("runbook/disaster-recovery.md", name);
  }

  private Path emptyMachine(String name) throws IOException {
    Path machine = Files.createDirectory(folder.resolve(name));
    Files.copy(folder.resolve("identity.txt"), machine.resolve("age-identity.txt"));
    return machine;
  }

  /** With ICU's order of texts, and all that belongs to a database and not into it. */
  private static SourceDatabase source() {
    SourceDatabase source = SourceDatabase.create("runbook");
    String name = source.name();
    source.asSuperuser("drop database " + name);
    source.asSuperuser(
        "create database %s owner %s template template0 encoding 'UTF8' locale_provider icu icu_locale 'de-DE'"
            .formatted(name, source.role()));
    source.asSuperuser("revoke all on database %s from public".formatted(name));
    source.asSuperuser("comment on database %s is 'it''s \"ours\"'".formatted(name));
    source.asSuperuser(
        "grant connect on database %s to %s with grant option".formatted(name, source.role()));
    source.asSuperuser(
        "alter database %s set search_path to public, \"$user\", billing".formatted(name));
    source.asSuperuser(
        "alter database %s set \"shop.greeting\" to 'it''s \"open\"'".formatted(name));
    source.asSuperuser(
        "alter role %s in database %s set temp_tablespaces to fast, \"Not So Fast\""
            .formatted(source.role(), name));
    source.asSuperuser("alter database %s connection limit 41".formatted(name));
    return source.withOrders(300);
  }

  private Path uploads() throws IOException {
    Path uploads = Files.createDirectories(folder.resolve("srv/uploads")).toRealPath();
    byte[] large = new byte[LARGE];
    new Random(1).nextBytes(large);
    Files.write(uploads.resolve("large and old"), large);
    Files.createFile(uploads.resolve("empty"));
    Files.createDirectory(uploads.resolve("none"));
    Files.createSymbolicLink(uploads.resolve("latest"), Path.of("large and old"));
    Files.setPosixFilePermissions(
        Files.writeString(uploads.resolve("secret"), "for one"),
        PosixFilePermissions.fromString("r--------"));
    return uploads;
  }

  /** Twice, with a row more: what the files share lies in packs of the first. */
  private Manifest backedUp(SourceDatabase source, DatabaseId database, Path uploads)
      throws IOException {
    try (Neighbourhood neighbours = new Neighbourhood();
        RunningService service = RunningService.start(arguments())) {
      neighbours.tell(
          RunningService.manifest(database, source, folder, List.of(uploads.toString())));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> service.get("/databases").body().contains(database.value()));
      made(neighbours, database);
      source.sql("insert into billing.orders (state) values ('open')");
      Files.writeString(uploads.resolve("new"), "newer");
      BackupId id = made(neighbours, database);
      return Objects.requireNonNull(service.bean(Backups.class).find(id).orElseThrow().manifest());
    }
  }

  private static BackupId made(Neighbourhood neighbours, DatabaseId database) {
    BackupId id = BackupId.random();
    neighbours.tell(new BackupRequested(id, database, null, null, null, null));
    neighbours.await(
        BackupVerified.class,
        event -> event.backup().equals(id) && event.level() == ProofLevel.DRILLED);
    return id;
  }

  private List<String> arguments() throws IOException {
    S3Server.Credentials credentials = Buckets.server().credentials();
    Path secret = Files.writeString(folder.resolve("s3"), credentials.secretKey());
    List<String> arguments = new ArrayList<>(RunningService.arguments(folder));
    arguments.add("--fairlead.backup.s3.endpoint=" + Buckets.server().endpoint());
    arguments.add("--fairlead.backup.s3.bucket=" + bucket);
    arguments.add("--fairlead.backup.s3.access-key=" + credentials.accessKey());
    arguments.add("--fairlead.backup.s3.secret-key=secret:file:" + secret);
    return arguments;
  }

  private Map<String, String> environment(DatabaseId database, String copy) {
    S3Server.Credentials credentials = Buckets.server().credentials();
    Map<String, String> environment = new HashMap<>();
    environment.put("S3", Buckets.server().endpoint().toString());
    environment.put("BUCKET", bucket);
    environment.put("PREFIX", "");
    environment.put("AWS_REGION", S3Server.REGION);
    environment.put("AWS_ACCESS_KEY_ID", credentials.accessKey());
    environment.put("AWS_SECRET_ACCESS_KEY", credentials.secretKey());
    environment.put("DATABASE", database.value());
    environment.put("NEW_DATABASE", copy);
    environment.put("PGHOST", "127.0.0.1");
    environment.put("PGPORT", Integer.toString(Shared.postgres().port()));
    environment.put("PGUSER", Shared.postgres().user());
    environment.put("PGPASSWORD", Shared.postgres().password());
    return environment;
  }

  private static void requireFiles(Path restored, Path original) throws IOException {
    for (String name : List.of("large and old", "empty", "secret", "new")) {
      assertThat(restored.resolve(name)).hasSameBinaryContentAs(original.resolve(name));
    }
    assertThat(restored.resolve("none")).isEmptyDirectory();
    assertThat(Files.readSymbolicLink(restored.resolve("latest"))).hasToString("large and old");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(restored.resolve("secret"))))
        .isEqualTo("r--------");
  }

  private static void requireDifferencesAreNamed(
      SourceDatabase source, String copy, Path machine, Map<String, String> environment)
      throws Exception {
    source.sql(copy, "delete from items where sku = 'sku-7'");

    String said = Documented.run("fetch() { :; }\n" + runbook("check"), machine, environment);

    assertThat(said).contains("public.items has 299 rows; the backup had 300");
  }

  /** Somebody's index, that would write beside the folder. */
  /** The same objects, where the bucket has other things as well; with a session's token. */
  private void requireFoundBelowPrefix(DatabaseId database, Manifest newest) throws Exception {
    String other = Buckets.fresh();
    Store whole = Buckets.whole(bucket);
    Store below =
        Buckets.store(
            Buckets.server().endpoint(), other, Buckets.server().credentials().secretKey());
    for (Store.StoredObject object : whole.list(database.value())) {
      try (InputStream content = whole.open(object.key()).orElseThrow()) {
        below.createOnce(object.key(), content.readAllBytes());
      }
    }
    Path machine = emptyMachine("machine-with-prefix");
    Map<String, String> environment = environment(database, newest.source().name() + "_again");
    environment.put("BUCKET", other);
    environment.put("PREFIX", "backups");
    environment.put("AWS_SESSION_TOKEN", "of-a-session");

    Documented.run(runbook("fetch"), machine, environment);

    assertThat(machine.resolve("manifest.json")).content().contains(newest.archive().sha256());
    assertThat(machine.resolve(newest.archive().name())).exists();
  }

  private void requireStopWithoutBackup(Map<String, String> environment) throws Exception {
    for (Map.Entry<String, String> wrong :
        Map.of("DATABASE", "orders/production/none", "BUCKET", "no-such-bucket").entrySet()) {
      Path machine = emptyMachine("machine-with-wrong-" + wrong.getKey());
      Map<String, String> wrongly = new HashMap<>(environment);
      wrongly.put(wrong.getKey(), wrong.getValue());

      Documented.Outcome outcome = Documented.attempt(runbook("fetch"), machine, wrongly);

      assertThat(outcome.exit()).isNotZero();
      assertThat(outcome.said()).contains("there is no backup of " + wrongly.get("DATABASE"));
      assertThat(machine.resolve("manifest.json")).doesNotExist();
    }
  }
}
