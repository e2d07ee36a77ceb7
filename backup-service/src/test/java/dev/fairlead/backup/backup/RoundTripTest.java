package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What went in comes out. */
class RoundTripTest {

  private static final String ALL_ORDERS =
      "select md5(string_agg(o::text, ',' order by id)) from billing.orders o";

  @TempDir Path folder;

  @BeforeEach
  void neighbours() {
    Neighbours.require("postgres", "pg_dump");
  }

  @Test
  void aDatabaseIsRestoredIntoANewOneWithTheSameRows() {
    SourceDatabase source = SourceDatabase.create("round").withOrders(5_000);
    Workshop workshop = new Workshop(new DiskStore("local", folder));

    Manifest manifest = workshop.backUp(source.access());
    Restored restored =
        workshop.restore(manifest, source.access(), source.name() + "_copy", "unused");

    assertThat(manifest.rows()).isEqualTo(10_000);
    assertThat(manifest.tables()).hasSize(3);
    assertThat(restored.into()).isEqualTo(source.name() + "_copy");
    assertThat(source.query(restored.into(), ALL_ORDERS)).isEqualTo(source.query(ALL_ORDERS));
  }
}
