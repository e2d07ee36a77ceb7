package dev.fairlead.backup.archive;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys as text (RFC 7468). */
final class Pem {

  static final String PRIVATE = "PRIVATE";
  static final String PUBLIC = "PUBLIC";

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  static String written(String kind, byte[] encoded) {
    return "-----BEGIN %1$s KEY-----\n%2$s\n-----END %1$s KEY-----\n"
        .formatted(kind, LINES.encodeToString(encoded));
  }

  /**
   * @throws IllegalArgumentException when there is no such block
   */
  static byte[] read(String kind, String pem) {
    Pattern rule =
        Pattern.compile("-----BEGIN %1$s KEY-----([^-]+)-----END %1$s KEY-----".formatted(kind));
    Matcher found = rule.matcher(pem);
    if (!found.find()) {
      throw new IllegalArgumentException("no such block");
    }
    return Base64.getMimeDecoder().decode(found.group(1).strip());
  }
}
