package dev.fairlead.backup.drill;

import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.Manifest.TableContent;
import dev.fairlead.backup.drill.DrillPipeline.Proved;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What is signed after a drill: which stored bytes were restored, when, and that what came out is
 * what the snapshot held. Whoever has the manifest can compute the digests again.
 *
 * @param format {@value #FORMAT}; fields are only ever added
 * @param archiveSha256 of the stored bytes that were restored
 * @param contentsSha256 of one line for each table of the manifest, in its order: schema, table,
 *     rows and hash, separated by tabs, each ended by a newline; no hash is written as -
 * @param tables so many were compared, {@code hashedTables} of them row by row
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
    long recoveryMillis) {

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
        contentsSha256(manifest),
        proved.store(),
        drilledAt.toString(),
        proved.server(),
        proved.tables(),
        proved.hashed(),
        proved.rows(),
        proved.recovery().toMillis());
  }

  private static String contentsSha256(Manifest manifest) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (TableContent table : manifest.tables()) {
        digest.update(line(table).getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String line(TableContent table) {
    String hash = table.hash() == null ? "-" : table.hash();
    return "%s\t%s\t%d\t%s\n".formatted(table.schema(), table.table(), table.rows(), hash);
  }
}
