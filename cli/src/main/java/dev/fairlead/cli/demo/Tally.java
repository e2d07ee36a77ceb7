package dev.fairlead.cli.demo;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of the requests of a stretch of time.
 *
 * @param answered with success, by the version that answered
 * @param refused error answers that the application itself gave, by version
 * @param lost requests without an answer of the application: refused, reset, timed out, or answered
 *     by the proxy in its place
 * @param firstLoss what happened to the first lost one, or empty
 */
public record Tally(
    Map<String, Long> answered, Map<String, Long> refused, long lost, String firstLoss) {

  /** Before anything was sent. */
  static final Tally NOTHING = new Tally(Map.of(), Map.of(), 0, "");

  public long sent() {
    return sum(answered) + sum(refused) + lost;
  }

  public long errors() {
    return sum(refused);
  }

  long errorsExceptOf(Set<String> versions) {
    return refused.entrySet().stream()
        .filter(entry -> !versions.contains(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  long answeredBy(String version) {
    return answered.getOrDefault(version, 0L);
  }

  public Tally since(Tally earlier) {
    return new Tally(
        less(answered, earlier.answered),
        less(refused, earlier.refused),
        lost - earlier.lost,
        lost > earlier.lost ? firstLoss : "");
  }

  /** Such as {@code 412 requests, 0 lost (v1: 300, v2: 112)}. */
  public String summary() {
    return "%d requests, %d lost (%s)".formatted(sent(), lost, byVersion(answered))
        + (errors() == 0 ? "" : "; errors answered: " + byVersion(refused))
        + (firstLoss.isEmpty() ? "" : "; first loss: " + firstLoss);
  }

  private static String byVersion(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(entry -> "v%s: %d".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Map<String, Long> less(Map<String, Long> now, Map<String, Long> earlier) {
    Map<String, Long> difference = new TreeMap<>();
    now.forEach(
        (version, count) -> difference.put(version, count - earlier.getOrDefault(version, 0L)));
    return difference;
  }
}
