package dev.fairlead.backup.drill;

import dev.fairlead.backup.ToldText;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.archive.ManifestSignature;
import dev.fairlead.backup.backup.Backup.Disproof;
import java.time.Instant;

/**
 * What is signed after a drill that restored other data than the snapshot held. It lies under
 * another name than a {@link DrillStatement}, so that nobody who looks for proofs takes it for one.
 *
 * @param format {@value #FORMAT}; fields are only ever added
 * @param manifestSha256 as {@link ManifestSignature} computes it
 */
record DrillDisproof(
    String format,
    String backup,
    String database,
    String archiveSha256,
    String manifestSha256,
    String store,
    String drilledAt,
    String detail) {

  static final String FORMAT = "fairlead-disproof/1";

  static DrillDisproof of(Manifest manifest, String store, String detail, Instant drilledAt) {
    return new DrillDisproof(
        FORMAT,
        manifest.backup().toString(),
        manifest.database().toString(),
        manifest.archive().sha256(),
        ManifestSignature.sha256(manifest),
        store,
        drilledAt.toString(),
        ToldText.of(detail));
  }

  boolean isOf(Manifest manifest) {
    return FORMAT.equals(format)
        && backup.equals(manifest.backup().toString())
        && archiveSha256.equals(manifest.archive().sha256())
        && manifestSha256.equals(ManifestSignature.sha256(manifest));
  }

  /**
   * As the catalogue keeps it.
   *
   * @param signed this, signed
   */
  Disproof noted(String signed) {
    return new Disproof(detail, at(), signed);
  }

  Instant at() {
    return Instant.parse(drilledAt);
  }
}
