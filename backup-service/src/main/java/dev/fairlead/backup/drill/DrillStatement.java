package dev.fairlead.backup.drill;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestSignature;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is signed after a drill: which stored bytes were restored, when, and that what came out is
 * what the snapshot held. Whoever has the manifest can compute the digests again.
 *
 * @param format {@value #FORMAT}; fields are only ever added
 * @param archiveSha256 of the stored bytes that were restored
 * @param contentsSha256 as {@link Manifest#contentsSha256} computes it
 * @param tables so many were compared, {@code hashedTables} of them row by row
 * @param manifestSha256 as {@link ManifestSignature} computes it; absent in older statements. The
 *     owner, grants and settings of the database and the index of its files, which the other
 *     digests leave out, are those of the backup that was drilled
 */
record DrillStatement(
    String format,
    String backup,
    String database,
    String sourceName,
    long sourceOid,
    @Nullable String sourceSystemIdentifier,
    String sourceServerVersion,
    String snapshotAt,
    String archiveSha256,
    String contentsSha256,
    String store,
    String drilledAt,
    String drilledWith,
    int tables,
    int hashedTables,
    long rows,
    long recoveryMillis,
    @Nullable String manifestSha256) {

  static final String FORMAT = "fairlead-drill/1";

  static DrillStatement of(Manifest manifest, Proved proved, Instant drilledAt) {
    Manifest.Source source = manifest.source();
    return new DrillStatement(
        FORMAT,
        manifest.backup().toString(),
        manifest.database().toString(),
        source.name(),
        source.oid(),
        source.systemIdentifier(),
        source.serverVersion(),
        source.snapshotAt().toString(),
        manifest.archive().sha256(),
        manifest.contentsSha256(),
        proved.store(),
        drilledAt.toString(),
        proved.server(),
        proved.tables(),
        proved.hashed(),
        proved.rows(),
        proved.recovery().toMillis(),
        ManifestSignature.sha256(manifest));
  }

  /** Whether it is of these bytes, of this moment, and of what this manifest says they hold. */
  boolean isOf(Manifest manifest) {
    return FORMAT.equals(format)
        && backup.equals(manifest.backup().toString())
        && snapshotAt.equals(manifest.source().snapshotAt().toString())
        && archiveSha256.equals(manifest.archive().sha256())
        && contentsSha256.equals(manifest.contentsSha256())
        && (manifestSha256 == null || manifestSha256.equals(ManifestSignature.sha256(manifest)));
  }

  Instant at() {
    return Instant.parse(drilledAt);
  }
}
