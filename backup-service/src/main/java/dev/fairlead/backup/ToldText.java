package dev.fairlead.backup;

import dev.fairlead.service.secret.Redaction;

/** What is told to others than us: in the catalogue, in events and beside the backups. */
public final class ToldText {

  /** Of an event, which can have 1 MB, and of what is signed and read again, which has 64 KB. */
  static final int LONGEST = 8_000;

  private ToldText() {}

  /**
   * Without the secrets that programs and servers may have repeated, and at most {@value #LONGEST}
   * characters and a mark. Masked first: half a secret would not be known for one.
   */
  public static String of(String text) {
    String masked = Redaction.redact(text);
    if (masked.length() <= LONGEST) {
      return masked;
    }
    int end = Character.isHighSurrogate(masked.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return masked.substring(0, end) + " …";
  }
}
