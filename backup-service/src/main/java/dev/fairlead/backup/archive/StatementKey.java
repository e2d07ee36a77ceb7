package dev.fairlead.backup.archive;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signs statements as JSON Web Signatures in compact form (RFC 7515) with Ed25519 (RFC 8037), so
 * that any such library, and {@code openssl}, can check them with the public key.
 */
public final class StatementKey {

  static final String ALGORITHM = "Ed25519";

  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final PrivateKey key;
  private final TrustedKey publicHalf;

  private StatementKey(PrivateKey key, TrustedKey publicHalf) {
    this.key = key;
    this.publicHalf = publicHalf;
  }

  /** A new pair, as PEM: the private key (PKCS #8), then the public one. */
  public static String generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      return Pem.written(Pem.PRIVATE, pair.getPrivate().getEncoded())
          + Pem.written(Pem.PUBLIC, pair.getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform of this release has Ed25519", e);
    }
  }

  /**
   * @param pem as {@link #generate} writes it
   * @throws IllegalArgumentException when it is none; the text never quotes what it holds
   */
  public static StatementKey parse(String pem) {
    try {
      var spec = new PKCS8EncodedKeySpec(Pem.read(Pem.PRIVATE, pem));
      return new StatementKey(
          KeyFactory.getInstance(ALGORITHM).generatePrivate(spec), TrustedKey.parse(pem));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "the key for statements is not valid; expected an Ed25519 pair in PEM, first the private key,"
              + " then the public one; remove the file, and a new one is made");
    }
  }

  /** For those who check. */
  public TrustedKey publicHalf() {
    return publicHalf;
  }

  /** For those who check. */
  public String publicPem() {
    return publicHalf.pem();
  }

  /** As the header of what it signs names it. */
  public String id() {
    return publicHalf.id();
  }

  public String sign(Object statement) {
    byte[] header =
        "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}".formatted(id()).getBytes(StandardCharsets.US_ASCII);
    String signed =
        BASE64URL.encodeToString(header)
            + "."
            + BASE64URL.encodeToString(JSON.writeValueAsBytes(statement));
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + BASE64URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a statement cannot be signed: " + e.getMessage(), e);
    }
  }

  /** As {@link TrustedKey#verified}. */
  public <T> Optional<T> verified(String statement, Class<T> type) {
    return publicHalf.verified(statement, type);
  }
}
