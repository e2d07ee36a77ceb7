package dev.fairlead.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.AgeIdentity;
import dev.fairlead.backup.archive.BackupKeys;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.restore.RestorePipeline.Restored;
import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.backup.testing.Workshop;
import dev.fairlead.stack.testing.Neighbours;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What went in comes out. */
class RoundTripTest {

  private static final String ALL_ORDERS =
      "select md5(string_agg(o::text, ',' order by id)) from billing.orders o";

  private static final int PART = 64 * 1024;

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

  @Test
  void itsManifestSaysWhereItWasInTheLogHowEachPartReadsAndWhoMadeItForWhom() throws Exception {
    SourceDatabase source = SourceDatabase.create("told").withOrders(50);
    source.sql("create table noise as select md5(random()::text) from generate_series(1, 20000)");
    Workshop workshop = new Workshop(new DiskStore("local", folder)).withParts(PART);
    String before = source.query("select pg_current_wal_lsn()::text").getFirst();

    Manifest manifest = workshop.backUp(source.access());

    String range = "select ('%s'::pg_lsn between '%s' and pg_current_wal_lsn())::text";
    assertThat(source.query(range.formatted(manifest.source().lsn(), before)))
        .as("%s, in the log", manifest.source().lsn())
        .containsExactly("true");
    Manifest.Archive archive = manifest.archive();
    BackupKeys keys = new BackupKeys(manifest.database(), manifest.backup());
    byte[] stored = Files.readAllBytes(folder.resolve(keys.archive(archive.name())));
    assertThat(stored).hasSize(Math.toIntExact(archive.sizeBytes()));
    assertThat(archive.sha256()).isEqualTo(sha256(stored));
    assertThat(archive.partBytes()).isEqualTo(PART);
    assertThat(archive.partSha256()).hasSizeGreaterThan(3).isEqualTo(sha256OfParts(stored));
    assertThat(archive.recipients())
        .isEqualTo(AgeIdentity.parse(workshop.identityFile()).recipients());
    assertThat(manifest.tools().pgDump())
        .matches("pg_dump \\(PostgreSQL\\) \\d+.*|\\d+(\\.\\d+)?.*");
    assertThat(manifest.tools().zstd()).matches("zstd \\d+\\.\\d+.*");
    assertThat(manifest.tools().age()).isEqualTo("age-encryption.org/v1 X25519");
    assertThat(manifest.tools().fairlead()).startsWith("fairlead ");
  }

  private static List<String> sha256OfParts(byte[] stored) throws Exception {
    List<String> digests = new ArrayList<>();
    for (int from = 0; from < stored.length; from += PART) {
      digests.add(sha256(Arrays.copyOfRange(stored, from, Math.min(from + PART, stored.length))));
    }
    return digests;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
