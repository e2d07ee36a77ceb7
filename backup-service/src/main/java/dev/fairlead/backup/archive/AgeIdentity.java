package dev.fairlead.backup.archive;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** The private keys that open backups, read from an identity file of {@code age-keygen}. */
public final class AgeIdentity {

  private static final String KEY = "AGE-SECRET-KEY-1";

  private final List<String> keys;

  private AgeIdentity(List<String> keys) {
    this.keys = keys;
  }

  /**
   * @param file its content: one key a line, comments start with #
   * @throws IllegalArgumentException when it holds no key; the text never quotes what it holds
   */
  public static AgeIdentity parse(String file) {
    List<String> keys =
        file.lines().map(String::strip).filter(line -> line.startsWith(KEY)).toList();
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "no age identity in it; expected a line %s… as age-keygen writes it".formatted(KEY));
    }
    AgeIdentity identity = new AgeIdentity(keys);
    identity.recipients();
    return identity;
  }

  /** A new one, as the content of an identity file. */
  public static String generate() {
    try {
      var pair = new X25519KeyPairGenerator().generateKeyPair();
      return "# public key: %s%n%s%n".formatted(pair.getPublic(), pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform of this release has X25519", e);
    }
  }

  /** The public keys that belong to it. */
  public List<String> recipients() {
    List<String> recipients = new ArrayList<>();
    for (String key : keys) {
      try {
        var secret = new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "X25519");
        recipients.add(new X25519KeyFactory().translateKey(secret).toString());
      } catch (GeneralSecurityException | RuntimeException _) {
        throw new IllegalArgumentException(
            "an age identity is not valid; expected keys as age-keygen writes them");
      }
    }
    return recipients;
  }

  /**
   * @throws IOException when none of these keys opens it
   */
  ReadableByteChannel decrypting(ReadableByteChannel source) throws IOException {
    List<RecipientStanzaReader> readers = new ArrayList<>();
    try {
      for (String key : keys) {
        readers.add(X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(key));
      }
      return new StandardDecryptingChannelFactory().newDecryptingChannel(source, readers);
    } catch (GeneralSecurityException e) {
      throw new IOException("not encrypted for this age identity", e);
    }
  }

  @Override
  public String toString() {
    return "AgeIdentity[****]";
  }
}
