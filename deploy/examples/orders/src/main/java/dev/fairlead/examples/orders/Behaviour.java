package dev.fairlead.examples.orders;

import java.util.Properties;

/**
 * What distinguishes one release from another.
 *
 * @param version told in every answer
 * @param itemColumn the column that holds what was ordered
 * @param notes whether orders carry a note, for which the table needs a column
 * @param soundRequests so many requests are served well, then some fail
 * @param failingShare of the requests after that, 0 to 1
 */
record Behaviour(
    String version, String itemColumn, boolean notes, long soundRequests, double failingShare) {

  static Behaviour of(Properties release) {
    return new Behaviour(
        release.getProperty("version", "unknown"),
        release.getProperty("item-column", "item"),
        Boolean.parseBoolean(release.getProperty("notes", "false")),
        Long.parseLong(release.getProperty("sound-requests", "0")),
        Double.parseDouble(release.getProperty("failing-share", "0")));
  }

  /**
   * Whether this request fails: spread evenly, so that the same load sees the same share.
   *
   * @param number of the request, from 1
   */
  boolean fails(long number) {
    if (number <= soundRequests || failingShare <= 0) {
      return false;
    }
    long n = number - soundRequests;
    return Math.floor(n * failingShare) > Math.floor((n - 1) * failingShare);
  }
}
