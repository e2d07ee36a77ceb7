package dev.fairlead.backup.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.KeyFile;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.StatementKey;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever can write to a store can write the newest backup there. */
@DisplayName("Recovery from a store that others can write to")
@InSecondLane
class TrustedRecoveryTest {

  private static final String PLANTED = "select to_regclass('planted') is not null";

  @TempDir Path folder;

  private SourceDatabase source;
  private Manifest ours;
  private Manifest forged;

  record Result(int exit, String output) {}

  @BeforeEach
  void forge() throws IOException {
    Neighbours.require("postgres", "pg_dump");
    source = SourceDatabase.createInSecondLane("planted").withOrders(20);
    Workshop workshop = new Workshop(new DiskStore("disk", folder.resolve("store")));
    Files.writeString(folder.resolve("identity.txt"), workshop.identityFile());
    ours = workshop.withKey(folder.resolve("ours.pem")).backUp(source.access());
    source.sql("create table planted ()");
    forged = workshop.withKey(folder.resolve("theirs.pem")).backUp(source.access());
    StatementKey key =
        StatementKey.parse(new KeyFile(folder.resolve("ours.pem")).read(StatementKey::generate));
    Files.writeString(folder.resolve("public.pem"), key.publicPem());
  }

  @Test
  @DisplayName(
      "with the public key takes the newest backup that it signed, and names what it skips")
  void skips() {
    Result restored = run("_trusted", "--key", folder.resolve("public.pem").toString());

    assertThat(restored.exit()).as(restored.output()).isZero();
    assertThat(restored.output())
        .contains(
            "backup    " + ours.backup(),
            "skipped   %s, the data of ".formatted(forged.backup()),
            "signed it");
    assertThat(source.query(source.name() + "_trusted", PLANTED)).containsExactly("f");
    assertThat(run(null, "--key", folder.resolve("public.pem").toString()).output().lines())
        .filteredOn(line -> line.contains("NOT signed by this key"))
        .singleElement()
        .asString()
        .startsWith(forged.backup().toString());
  }

  @Test
  @DisplayName("with the public key refuses what it did not sign, also when it is named")
  void refuses() {
    String named = forged.backup().toString();

    Result refused =
        run("_refused", "--backup", named, "--key", folder.resolve("public.pem").toString());

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.output()).contains("signed none of: " + named, "who else can write");
    assertThat(source.databases()).containsExactly(source.name());
    Result noKey = run("_refused", "--key", folder.resolve("identity.txt").toString());
    assertThat(noKey.exit()).isEqualTo(2);
    assertThat(noKey.output()).contains("holds no Ed25519 public key").doesNotContain("AGE-");
  }

  @Test
  @DisplayName("without a key takes the newest, and says whose signature it could not check")
  void warns() {
    Result restored = run("_unchecked");

    assertThat(restored.exit()).as(restored.output()).isZero();
    assertThat(restored.output())
        .contains(
            "backup    " + forged.backup(),
            "unchecked the signature that key ",
            "whoever can write to the store can have made this backup",
            "--key");
    assertThat(source.query(source.name() + "_unchecked", PLANTED)).containsExactly("t");
  }

  @Test
  @DisplayName(
      "without a key tells of a disproof that lies beside it, until a drill says otherwise")
  void hearsay() {
    DiskStore store = new DiskStore("disk", folder.resolve("store"));
    BackupKeys keys = new BackupKeys(forged.database(), forged.backup());
    String disproof = keys.disproof(Instant.EPOCH);
    store.createOnce(disproof, new byte[1]);
    String said =
        "a drill is said to have disproved it (%s); unchecked without --key"
            .formatted(store.location(disproof));

    assertThat(listed()).endsWith(said);
    assertThat(run("_hearsay").output()).contains("disproved " + said);
    store.createOnce(keys.statement(Instant.EPOCH.plusSeconds(1)), new byte[1]);
    assertThat(listed()).doesNotContain("disproved");
  }

  private String listed() {
    return run(null)
        .output()
        .lines()
        .filter(line -> line.startsWith(forged.backup().toString()))
        .findFirst()
        .orElseThrow();
  }

  /** Only lists without a name to restore into. */
  private Result run(@Nullable String ending, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--from", folder.resolve("store").toString()));
    arguments.addAll(List.of("--database", Workshop.DATABASE.value()));
    arguments.addAll(List.of("--identity", folder.resolve("identity.txt").toString()));
    if (ending != null) {
      String address = "postgresql://%s@127.0.0.1:%d/%s%s";
      arguments.addAll(
          List.of(
              "--into",
              address.formatted(
                  Shared.secondPostgres().user(),
                  Shared.secondPostgres().port(),
                  source.name(),
                  ending)));
    }
    arguments.addAll(List.of(more));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    int exit =
        Recovery.run(
            arguments.toArray(String[]::new),
            Map.of("PGPASSWORD", Shared.secondPostgres().password()),
            stream,
            stream);
    return new Result(exit, out.toString(StandardCharsets.UTF_8));
  }
}
