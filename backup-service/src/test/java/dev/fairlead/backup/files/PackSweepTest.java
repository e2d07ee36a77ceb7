package dev.fairlead.backup.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.testing.DelegatingStore;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Of packs that were not used for two days")
@InSecondLane
class PackSweepTest {

  private static final String PLACE = "orders/production";

  @TempDir Path folder;
  private Attic attic;

  @BeforeEach
  void prepare() {
    Neighbours.require("postgres");
    attic = new Attic(folder.resolve("store"));
  }

  @AfterEach
  void close() {
    if (attic != null) {
      attic.close();
    }
  }

  @Test
  @DisplayName("those go that no completed backup names, from the catalogue and from every store")
  void unneeded() throws IOException {
    pack("needed", Duration.ofDays(3));
    pack("of-a-failed-one", Duration.ofDays(3));
    pack("nobodys", Duration.ofDays(3));
    pack("just-used", Duration.ofHours(47));
    backup("completed", "{\"files\": {\"packs\": [{\"name\": \"needed\"}]}}");
    backup("failed", "{\"files\": {\"packs\": [{\"name\": \"of-a-failed-one\"}]}}");

    attic.sweep().run();

    assertThat(attic.packs()).containsExactly("just-used", "needed");
    assertThat(attic.store().list(BackupKeys.PACKS))
        .extracting(object -> BackupKeys.packName(object.key()))
        .containsExactlyInAnyOrder("just-used", "needed");
  }

  @Test
  @DisplayName("they go also when some manifest has no files, or names a pack without a name")
  void withoutName() throws IOException {
    pack("needed", Duration.ofDays(3));
    pack("nobodys", Duration.ofDays(3));
    backup("completed", "{}");
    backup("completed", "{\"files\": null}");
    backup("completed", "{\"files\": {\"packs\": [{\"name\": null}, {\"name\": \"needed\"}]}}");

    attic.sweep().run();

    assertThat(attic.packs()).containsExactly("needed");
  }

  @Test
  @DisplayName("one that a store could not delete is leaving until it has, and used no more")
  void storeAway() throws IOException {
    Path upload = Files.writeString(folder.resolve("upload"), "some bytes of somebody");
    attic.archive(upload);
    String pack = attic.packs().getFirst();
    attic.sql.sql("update file_pack set used_at = now() - interval '3 days'").update();

    attic.sweepOf(awayTo(attic.store())).run();

    assertThat(attic.packs()).as("it is still to be done").containsExactly(pack);
    attic.archive(upload);
    assertThat(attic.packs()).as("written anew").hasSize(2);
    attic.sweep().run();
    assertThat(attic.packs()).hasSize(1).doesNotContain(pack);
  }

  @Test
  @DisplayName("one that is leaving stays when a backup is found that needs it")
  void neededAfterAll() throws IOException {
    pack("needed", Duration.ofDays(3));
    attic.sweepOf(awayTo(attic.store())).run();
    backup("completed", "{\"files\": {\"packs\": [{\"name\": \"needed\"}]}}");

    attic.sweep().run();

    assertThat(attic.packs()).containsExactly("needed");
    assertThat(attic.store().list(BackupKeys.PACKS)).hasSize(1);
    assertThat(attic.sql.sql("select leaving from file_pack").query(Boolean.class).single())
        .isFalse();
  }

  @Test
  @DisplayName("one that an earlier version uses in the middle of a sweep stays, as what it needs")
  void usedMeanwhile() throws IOException {
    pack("first-to-go", Duration.ofDays(5));
    pack("used", Duration.ofDays(4));
    pack("needed", Duration.ofDays(3));
    Store usedMeanwhile =
        new DelegatingStore(attic.store()) {
          @Override
          public void delete(String key) {
            attic.sql.sql("update file_pack set used_at = now() where name = 'used'").update();
            backup("completed", "{\"files\": {\"packs\": [{\"name\": \"needed\"}]}}");
            super.delete(key);
          }
        };

    attic.sweepOf(usedMeanwhile).run();

    assertThat(attic.packs()).containsExactlyInAnyOrder("used", "needed");
    assertThat(attic.store().list(BackupKeys.PACKS)).hasSize(2);
  }

  @Test
  @DisplayName("none goes while a backup of their application is made, whatever the clock says")
  void whileOneIsMade() throws IOException {
    pack("nobodys", Duration.ofDays(3));
    backup("dumping", "{}");

    attic.sweep().run();

    assertThat(attic.packs()).containsExactly("nobodys");
  }

  /** A store that can be asked everything, and deletes nothing. */
  private static Store awayTo(Store real) {
    return new DelegatingStore(real) {
      @Override
      public void delete(String key) {
        throw new BackupFailure(BackupFailureReason.STORE_UNREACHABLE, "the store is away", "wait");
      }
    };
  }

  @Test
  @DisplayName("thousands are looked up in one pass over the manifests")
  void onePass() {
    attic
        .sql
        .sql(
            """
            insert into file_pack (name, place, used_at)
            select 'pack-' || n, ?, now() - interval '3 days' from generate_series(1, 5000) n
            """)
        .param(PLACE)
        .update();
    attic.sql.sql("analyze file_pack").update();

    List<String> plan =
        attic
            .sql
            .sql("explain " + PackSweep.UNNEEDED)
            .param("unused", Timestamp.from(Instant.now()))
            .query(String.class)
            .list();

    assertThat(plan).anyMatch(line -> line.contains("Anti Join"));
    assertThat(plan).noneMatch(line -> line.contains("SubPlan"));
  }

  private void pack(String name, Duration unusedFor) throws IOException {
    attic
        .sql
        .sql(
            """
            insert into file_pack (name, place, used_at)
            values (:name, :place, now() - cast(:unused as interval))
            """)
        .param("name", name)
        .param("place", PLACE)
        .param("unused", unusedFor.toString())
        .update();
    Path file = folder.resolve("store").resolve(BackupKeys.packKey(PLACE, name));
    Files.createDirectories(file.getParent());
    Files.writeString(file, "some bytes");
  }

  private void backup(String state, String manifest) {
    attic
        .sql
        .sql(
            """
            insert into backup (id, database, requested_at, state, manifest)
            values (?, 'orders/production/main', now(), ?, ?::jsonb)
            """)
        .params(UUID.randomUUID(), state, manifest)
        .update();
  }
}
