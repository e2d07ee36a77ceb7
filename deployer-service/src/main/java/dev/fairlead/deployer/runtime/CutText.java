package dev.fairlead.deployer.runtime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The end of a text whose beginning was cut off. It is whole lines: the rest of a line may be the
 * rest of a secret, which nobody would know as one.
 */
public final class CutText {

  private CutText() {}

  /**
   * @param end of a text in UTF-8, cut somewhere
   * @return what comes after its first end of a line; where nothing does, a sentence that says so
   */
  public static byte[] wholeLines(byte[] end) {
    for (int at = 0; at < end.length - 1; at++) {
      if (end[at] == '\n') {
        return Arrays.copyOfRange(end, at + 1, end.length);
      }
    }
    return "[a line of more than %d KiB is left out]\n"
        .formatted(end.length >> 10)
        .getBytes(StandardCharsets.UTF_8);
  }
}
