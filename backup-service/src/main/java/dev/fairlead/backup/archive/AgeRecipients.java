package dev.fairlead.backup.archive;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/**
 * Who will be able to read a backup: public keys as {@code age-keygen} prints them. The format is
 * <a href="https://age-encryption.org/v1">age-encryption.org/v1</a>.
 */
public final class AgeRecipients {

  private final List<String> keys;

  /**
   * @throws IllegalArgumentException when there is none, or one is no X25519 recipient
   */
  public AgeRecipients(List<String> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no age recipient; expected at least one age1… key");
    }
    this.keys = List.copyOf(keys);
    stanzas();
  }

  public List<String> keys() {
    return keys;
  }

  /** Closing the channel writes the last chunk, without which nothing decrypts. */
  WritableByteChannel encrypting(WritableByteChannel target) throws IOException {
    try {
      return new StandardEncryptingChannelFactory().newEncryptingChannel(target, stanzas());
    } catch (GeneralSecurityException e) {
      throw new IOException("age encryption is not possible here: " + e.getMessage(), e);
    }
  }

  private List<RecipientStanzaWriter> stanzas() {
    List<RecipientStanzaWriter> stanzas = new ArrayList<>();
    for (String key : keys) {
      try {
        stanzas.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(key));
      } catch (GeneralSecurityException | RuntimeException e) {
        throw new IllegalArgumentException(
            "age recipient '%s' is not valid; expected a public key age1… as age-keygen prints it"
                .formatted(key),
            e);
      }
    }
    return stanzas;
  }
}
