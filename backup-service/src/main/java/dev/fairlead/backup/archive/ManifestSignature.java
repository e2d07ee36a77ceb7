package dev.fairlead.backup.archive;

import java.util.HexFormat;

/**
 * What a manifest carries to show who made it: whoever can write to a store can write a manifest,
 * and restoring a backup runs what it holds.
 *
 * @param format {@value #FORMAT}; the key signs statements of other kinds as well
 * @param manifestSha256 of the manifest without its signature
 */
public record ManifestSignature(
    String format, String backup, String database, String manifestSha256) {

  static final String FORMAT = "fairlead-manifest/1";

  public static Manifest signed(Manifest manifest, StatementKey key) {
    return manifest.withSignature(key.sign(of(manifest)));
  }

  /** Whether this very manifest was signed with {@code key}. */
  public static boolean isOurs(Manifest manifest, StatementKey key) {
    String signature = manifest.signature();
    return signature != null
        && key.verified(signature, ManifestSignature.class)
            .filter(of(manifest)::equals)
            .isPresent();
  }

  private static ManifestSignature of(Manifest manifest) {
    return new ManifestSignature(
        FORMAT,
        manifest.backup().toString(),
        manifest.database().toString(),
        HexFormat.of().formatHex(Sha256.digest().digest(ManifestJson.signable(manifest))));
  }
}
