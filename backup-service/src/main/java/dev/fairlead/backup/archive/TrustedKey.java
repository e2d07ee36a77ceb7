package dev.fairlead.backup.archive;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The public half of a {@link StatementKey}: all it takes to check what was signed. */
public final class TrustedKey {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final PublicKey key;
  private final String pem;
  private final String id;

  private TrustedKey(byte[] encoded) throws GeneralSecurityException {
    this.key =
        KeyFactory.getInstance(StatementKey.ALGORITHM)
            .generatePublic(new X509EncodedKeySpec(encoded));
    this.pem = Pem.written(Pem.PUBLIC, encoded);
    this.id = HexFormat.of().formatHex(Sha256.digest().digest(encoded), 0, 8);
  }

  /**
   * @param pem with an Ed25519 public key; the private one may be in it as well
   * @throws IllegalArgumentException when it has none; the text never quotes what it holds
   */
  public static TrustedKey parse(String pem) {
    try {
      return new TrustedKey(Pem.read(Pem.PUBLIC, pem));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "it holds no Ed25519 public key; expected PEM, as GET /statement-key shows it or as the file fairlead.backup.drill.statement-key has it");
    }
  }

  public String pem() {
    return pem;
  }

  /** The first 8 bytes of the SHA-256 of the public key. */
  public String id() {
    return id;
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
      Signature signature = Signature.getInstance(StatementKey.ALGORITHM);
      signature.initVerify(key);
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
          ? Optional.of(JSON.readValue(Base64.getUrlDecoder().decode(parts[1]), type))
          : Optional.empty();
    } catch (GeneralSecurityException | IllegalArgumentException | JacksonException _) {
      return Optional.empty();
    }
  }
}
