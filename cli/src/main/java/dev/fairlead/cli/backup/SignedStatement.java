package dev.fairlead.cli.backup;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * A JSON Web Signature in compact form (RFC 7515), of which Ed25519 alone is accepted (RFC 8037):
 * the header does not choose how it is checked.
 *
 * @param signed header and payload as they were signed
 */
record SignedStatement(String signed, String payload, byte[] signature) {

  static SignedStatement parse(String compact) {
    String[] parts = compact.split("\\.", -1);
    try {
      if (parts.length == 3) {
        Base64.Decoder decoder = Base64.getUrlDecoder();
        return new SignedStatement(
            parts[0] + "." + parts[1],
            new String(decoder.decode(parts[1]), StandardCharsets.UTF_8),
            decoder.decode(parts[2]));
      }
    } catch (IllegalArgumentException _) {
      // falls through to the message
    }
    throw new Failure(
        Exit.FAILED,
        "this is no signed statement",
        "expected header.payload.signature, as backup-verified carries it");
  }

  /**
   * Its content, once the signature was found to be of that key.
   *
   * @param publicKey PEM
   * @return what was stated
   */
  Json verified(String publicKey) {
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key(publicKey));
      check.update(signed.getBytes(StandardCharsets.US_ASCII));
      if (check.verify(signature)) {
        return Json.parse(payload);
      }
    } catch (GeneralSecurityException e) {
      throw new Failure(
          Exit.FAILED,
          "the signature cannot be checked: " + e.getMessage(),
          "give an Ed25519 public key in PEM",
          e);
    }
    throw new Failure(
        Exit.FAILED,
        "the signature does not fit: another key signed it, or it was changed",
        "do not trust this statement; drill the backup again");
  }

  private static PublicKey key(String pem) throws GeneralSecurityException {
    String body = pem.replaceAll("-----[A-Z ]+-----", "").strip();
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePublic(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("it is not PEM", e);
    }
  }
}
