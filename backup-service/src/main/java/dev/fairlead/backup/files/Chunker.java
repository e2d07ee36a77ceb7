package dev.fairlead.backup.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Cuts a stream where its content says so: a byte put in or taken out moves the cuts near it and no
 * others. FastCDC (Xia et al., USENIX ATC 2016) with its gear hash and normalized chunk sizes. The
 * gear table comes from a secret, so that the sizes of chunks do not tell known files.
 */
final class Chunker {

  static final int LEAST = 256 * 1024;
  static final int MOST = 4 * 1024 * 1024;

  /** Cuts become harder to find before this size, and easier after it. */
  private static final int NORMAL = 1024 * 1024;

  private static final long HARD = -1L << (64 - 22);
  private static final long EASY = -1L << (64 - 18);

  private final long[] gear = new long[256];
  private final byte[] buffer = new byte[MOST];

  Chunker(byte[] secret) {
    Mac mac = mac(secret);
    for (int octet = 0; octet < gear.length; octet++) {
      gear[octet] = ByteBuffer.wrap(mac.doFinal(new byte[] {'g', (byte) octet})).getLong();
    }
  }

  /** Takes one chunk: the first {@code length} bytes of {@code bytes}, which are used again. */
  interface Sink {
    void accept(byte[] bytes, int length) throws IOException;
  }

  /** Memory stays the same, whatever the length of {@code stream}. */
  void cut(InputStream stream, Sink sink) throws IOException {
    int filled = stream.readNBytes(buffer, 0, MOST);
    while (filled > 0) {
      int length = firstCut(filled);
      sink.accept(buffer, length);
      System.arraycopy(buffer, length, buffer, 0, filled - length);
      filled -= length;
      filled += stream.readNBytes(buffer, filled, MOST - filled);
    }
  }

  private int firstCut(int filled) {
    long hash = 0;
    for (int at = Math.min(LEAST, filled); at < filled; at++) {
      hash = (hash << 1) + gear[buffer[at] & 0xFF];
      if ((hash & (at < NORMAL ? HARD : EASY)) == 0) {
        return at + 1;
      }
    }
    return filled;
  }

  static Mac mac(byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
