package dev.fairlead.events;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** UUIDs of version 7 (RFC 9562): 48 bits of Unix milliseconds, then a counter and random bits. */
final class Uuids {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int COUNTER_BITS = 12;
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  /** Milliseconds and counter of the last one: what makes later ones sort later. */
  private static final AtomicLong LAST = new AtomicLong();

  private Uuids() {}

  static UUID timeOrdered() {
    long stamp =
        LAST.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis() << COUNTER_BITS));
    long counter = stamp & ((1L << COUNTER_BITS) - 1);
    long high = ((stamp >>> COUNTER_BITS) << 16) | VERSION_7 | counter;
    return new UUID(high, (RANDOM.nextLong() >>> 2) | VARIANT);
  }

  /** The same UUID (version 8) for the same text, wherever it is computed. */
  static UUID derivedFrom(String text) {
    ByteBuffer hash = ByteBuffer.wrap(sha256(text));
    long high = (hash.getLong() & ~0xF000L) | 0x8000L;
    return new UUID(high, (hash.getLong() >>> 2) | VARIANT);
  }

  static UUID parse(String what, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "%s '%s' is not valid; expected a UUID".formatted(what, text));
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
