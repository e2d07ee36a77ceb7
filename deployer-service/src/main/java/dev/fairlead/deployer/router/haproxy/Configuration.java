package dev.fairlead.deployer.router.haproxy;

import java.util.List;

/** The generated part of HAProxy's configuration: the pool of slots, with what serves in them. */
final class Configuration {

  /**
   * Times equal those of the edge proxy: 60 s for an answer; a tunnel may be silent for a day.
   *
   * <p>Not {@code roundrobin}: there a server that is added while others serve waits for the end of
   * the round, which is as long as the sum of the weights. Seen with 2.6: of two new servers one
   * got the first 1 700 requests. {@code random} asks two servers and takes the less busy one.
   */
  private static final String HEAD =
      """
      # Written by Fairlead; changes are lost. Load it after your own: haproxy -f haproxy.cfg -f this
      defaults fairlead
        mode http
        balance random
        timeout connect 2s
        timeout server 60s
        timeout tunnel 24h
        retries 3
        option redispatch 1
      """;

  private Configuration() {}

  static String render(Wanted wanted, int slots) {
    StringBuilder text = new StringBuilder(HEAD);
    backend(text, Slots.NOBODY, List.of());
    for (String slot : Slots.all(slots)) {
      backend(
          text,
          slot,
          wanted.servers().values().stream().filter(line -> line.slot().equals(slot)).toList());
    }
    return text.toString();
  }

  private static void backend(StringBuilder text, String slot, List<Wanted.Line> servers) {
    text.append("backend ").append(slot).append(" from fairlead\n");
    text.append(Stopwatch.lines());
    for (Wanted.Line line : servers) {
      text.append(
          "  server %s %s weight %d\n".formatted(line.name(), line.address(), line.weight()));
    }
  }
}
