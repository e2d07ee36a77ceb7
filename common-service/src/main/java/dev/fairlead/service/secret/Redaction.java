package dev.fairlead.service.secret;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Takes every secret that was resolved in this process out of a text. */
public final class Redaction {

  static final String MASK = "****";

  /** Shorter ones would mask half of every text; nobody should have them as secrets. */
  private static final int SHORTEST = 4;

  private static final Set<String> known = ConcurrentHashMap.newKeySet();

  /** Longest first, so that a secret within another does not leave the rest of it behind. */
  private static volatile List<String> longestFirst = List.of();

  private Redaction() {}

  static void remember(String secret) {
    secret.lines().map(String::strip).forEach(Redaction::rememberLine);
  }

  /** A text may quote one line of a key, so each counts. */
  private static void rememberLine(String line) {
    if (line.length() >= SHORTEST && known.add(line)) {
      longestFirst =
          known.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }
  }

  public static String redact(String text) {
    String redacted = text;
    for (String secret : longestFirst) {
      redacted = redacted.replace(secret, MASK);
    }
    return redacted;
  }
}
