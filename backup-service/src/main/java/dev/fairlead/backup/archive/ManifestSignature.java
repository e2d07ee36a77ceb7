package dev.fairlead.backup.archive;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

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

  private static final JsonMapper JSON = JsonMapper.builder().build();

  public static Manifest signed(Manifest manifest, StatementKey key) {
    return manifest.withSignature(key.sign(of(manifest.withAsRead(null))));
  }

  /** Whether this very manifest was signed with {@code key}. */
  public static boolean isOurs(Manifest manifest, StatementKey key) {
    return fits(manifest, key.publicHalf());
  }

  /** Whether this very manifest was signed with the other half of {@code key}. */
  public static boolean fits(Manifest manifest, TrustedKey key) {
    String signature = manifest.signature();
    return signature != null
        && key.verified(signature, ManifestSignature.class)
            .filter(of(manifest)::equals)
            .isPresent();
  }

  /** The id of the key that it says it is signed with, which anybody can write there. */
  public static Optional<String> claimedKey(Manifest manifest) {
    String signature = manifest.signature();
    try {
      return signature == null
          ? Optional.empty()
          : Optional.of(
              JSON.readTree(Base64.getUrlDecoder().decode(signature.split("\\.", 2)[0]))
                  .path("kid")
                  .asString("unknown"));
    } catch (IllegalArgumentException | JacksonException _) {
      return Optional.of("unknown");
    }
  }

  private static ManifestSignature of(Manifest manifest) {
    return new ManifestSignature(
        FORMAT, manifest.backup().toString(), manifest.database().toString(), sha256(manifest));
  }

  /**
   * Of all that the manifest says, in hexadecimal, whatever its signature: what a later version put
   * into it counts as well.
   */
  public static String sha256(Manifest manifest) {
    return HexFormat.of().formatHex(Sha256.digest().digest(ManifestJson.signable(manifest)));
  }
}
