package dev.fairlead.deployer.webhook;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What arrived.
 *
 * @param header the value of a header by its name, whatever its case
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Message(Function<String, @Nullable String> header, byte[] body) {

  Optional<String> find(String name) {
    return Optional.ofNullable(header.apply(name)).filter(value -> !value.isBlank());
  }

  /** Names its content: what a sender's signature covers, unlike a delivery id. */
  String fingerprint() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
