package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.BreakingStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import dev.fairlead.events.RestoreId;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Where the nearest copy cannot be read to its end")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@InSecondLane
class BrokenReadTest {

  private SourceDatabase source;
  private BreakingStore near;
  private Workshop both;
  private Manifest manifest;

  @TempDir Path folder;

  @BeforeAll
  void backUp(@TempDir Path stores) {
    Neighbours.require("postgres", "pg_dump", "initdb");
    source = SourceDatabase.createInSecondLane("broken").withOrders(20_000);
    near = new BreakingStore(new DiskStore("near", stores.resolve("near")));
    both = new Workshop(near, new DiskStore("far", stores.resolve("far")));
    manifest = both.backUp(source.access());
  }

  @ParameterizedTest
  @CsvSource({
    "half, 50, ",
    "end, 99, ",
    "begin, 0, ",
    "list, 0, billing.orders",
    "rest, 99, billing.orders"
  })
  @DisplayName("a restore goes on with the next one, also that of a single table")
  void restored(String name, int percent, @Nullable String table) {
    breakOff(percent);
    String copy = "%s_%s".formatted(source.name(), name);

    assertThat(restore(both, copy, table)).isEqualTo("far");

    assertThat(source.query(copy, "select count(*)::text from billing.orders"))
        .containsExactly("20000");
  }

  @Test
  @DisplayName(
      "or only what comes after the rows of a single table is long, it is read all the same")
  void restIsLong() {
    near.mend();
    String copy = source.name() + "_first";

    assertThat(restore(both, copy, "billing.orders")).isEqualTo("near");

    assertThat(source.query(copy, "select count(*)::text from billing.orders"))
        .containsExactly("20000");
  }

  private String restore(Workshop workshop, String copy, @Nullable String table) {
    return table == null
        ? workshop.restore(manifest, source.access(), copy, "unused").store()
        : workshop.restoreTable(manifest, source.access(), copy, table).store();
  }

  @Test
  @DisplayName("so does a drill")
  void drilled() {
    breakOff(50);

    assertThat(both.drill(manifest, folder))
        .isInstanceOfSatisfying(Proved.class, it -> assertThat(it.store()).isEqualTo("far"));
  }

  @Test
  @DisplayName("and it is the only one, the store is named, and not pg_restore")
  void onlyOne() {
    breakOff(50);

    AgeIdentity ours = AgeIdentity.parse(both.identityFile());
    BackupFailure failure = refusal(ours, null);

    assertThat(failure.reason()).isEqualTo(BackupFailureReason.STORE_UNREACHABLE);
    assertThat(failure.detail())
        .contains("store near: the copy cannot be read: Input/output error")
        .doesNotContain("pg_restore");
    assertThat(refusal(ours, "billing.orders").detail()).contains("Input/output error");
  }

  @Test
  @DisplayName("because it is for another age identity, that is said")
  void wrongIdentity() {
    near.mend();
    AgeIdentity other = AgeIdentity.parse(AgeIdentity.generate());

    for (String table : new String[] {null, "billing.orders"}) {
      BackupFailure failure = refusal(other, table);
      assertThat(failure.reason()).isEqualTo(BackupFailureReason.STORE_UNREACHABLE);
      assertThat(failure.detail())
          .contains("cannot be opened: not encrypted for this age identity")
          .doesNotContain("pg_restore");
      assertThat(failure.advice()).contains("the age identity");
    }
  }

  /** Of the near store alone. */
  private BackupFailure refusal(AgeIdentity identity, @Nullable String table) {
    RestoreOrder order =
        new RestoreOrder(
            RestoreId.random(),
            manifest,
            source.access(),
            source.name() + "_none",
            "unused",
            null,
            table);
    return catchThrowableOfType(
        BackupFailure.class,
        () -> new RestorePipeline(List.of(near), () -> identity, null).run(order, both));
  }

  private void breakOff(int percent) {
    Manifest.Archive archive = manifest.archive();
    near.breakOff(
        new BackupKeys(manifest.database(), manifest.backup()).archive(archive.name()),
        archive.sizeBytes() * percent / 100);
  }
}
