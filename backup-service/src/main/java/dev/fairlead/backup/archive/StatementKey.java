package dev.fairlead.backup.archive;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signs statements as JSON Web Signatures in compact form (RFC 7515) with Ed25519 (RFC 8037), so
 * that any such library, and {@code openssl}, can check them with the public key.
 */
public final class StatementKey {

  private static final String ALGORITHM = "Ed25519";
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final PrivateKey key;
  private final PublicKey publicKey;
  private final String publicPem;
  private final String id;

  private StatementKey(PrivateKey key, byte[] publicKey) throws GeneralSecurityException {
    this.key = key;
    this.publicKey =
        KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(publicKey));
    this.publicPem = pem("PUBLIC", publicKey);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(publicKey);
    this.id = HexFormat.of().formatHex(digest, 0, 8);
  }

  /** A new pair, as PEM: the private key (PKCS #8), then the public one. */
  public static String generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      return pem("PRIVATE", pair.getPrivate().getEncoded())
          + pem("PUBLIC", pair.getPublic().getEncoded());
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
      var spec = new PKCS8EncodedKeySpec(block("PRIVATE", pem));
      return new StatementKey(
          KeyFactory.getInstance(ALGORITHM).generatePrivate(spec), block("PUBLIC", pem));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "the key for statements is not valid; expected an Ed25519 pair in PEM, first the private key,"
              + " then the public one; remove the file, and a new one is made");
    }
  }

  /** For those who check. */
  public String publicPem() {
    return publicPem;
  }

  /** The first 8 bytes of the public key's SHA-256. */
  public String id() {
    return id;
  }

  public String sign(Object statement) {
    byte[] header =
        "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}".formatted(id).getBytes(StandardCharsets.US_ASCII);
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

  /**
   * What a statement says.
   *
   * @return empty when it is none, or not signed with this key
   */
  public <T> Optional<T> verified(String statement, Class<T> type) {
    String[] parts = statement.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(publicKey);
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
          ? Optional.of(read(parts[1], type))
          : Optional.empty();
    } catch (GeneralSecurityException | IllegalArgumentException | JacksonException _) {
      return Optional.empty();
    }
  }

  private static <T> T read(String payload, Class<T> type) {
    return JSON.readValue(Base64.getUrlDecoder().decode(payload), type);
  }

  private static String pem(String kind, byte[] encoded) {
    return "-----BEGIN %1$s KEY-----\n%2$s\n-----END %1$s KEY-----\n"
        .formatted(kind, LINES.encodeToString(encoded));
  }

  private static byte[] block(String kind, String pem) {
    Pattern rule =
        Pattern.compile("-----BEGIN %1$s KEY-----([^-]+)-----END %1$s KEY-----".formatted(kind));
    Matcher found = rule.matcher(pem);
    if (!found.find()) {
      throw new IllegalArgumentException("no such block");
    }
    return Base64.getMimeDecoder().decode(found.group(1).strip());
  }
}
