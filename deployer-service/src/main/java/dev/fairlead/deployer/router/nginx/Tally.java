package dev.fairlead.deployer.router.nginx;

import dev.fairlead.deployer.router.Latencies;
import dev.fairlead.deployer.router.RouteState.Figures;
import java.util.TreeMap;

/** What was counted at one address. */
final class Tally {

  private static final int LEAST_FAILURE = 500;

  /** Bounds of the latencies' buckets are 25 % apart, from 1 ms on. */
  private static final double STEP = 1.25;

  private static final double LOG_STEP = Math.log(STEP);

  private final TreeMap<Integer, Long> latencies = new TreeMap<>();
  private long requests;
  private long errors;

  /**
   * @param status of the answer; anything but a number of three digits is none
   * @param seconds with three decimals; {@code -} when it never came to that
   */
  void add(String status, String seconds) {
    requests++;
    if (!isNumber(status, 3) || Integer.parseInt(status) >= LEAST_FAILURE) {
      errors++;
    }
    int point = seconds.indexOf('.');
    if (point > 0
        && isNumber(seconds.substring(0, point), point)
        && isNumber(seconds.substring(point + 1), seconds.length() - point - 1)) {
      latencies.merge(bucket(1000 * Double.parseDouble(seconds)), 1L, Long::sum);
    }
  }

  private static boolean isNumber(String text, int digits) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return digits > 0 && text.length() == digits;
  }

  private static int bucket(double millis) {
    return (int) Math.ceil(Math.log(Math.max(1, millis)) / LOG_STEP);
  }

  Figures figures() {
    TreeMap<Double, Long> byBound = new TreeMap<>();
    latencies.forEach((bucket, count) -> byBound.put(Math.pow(STEP, bucket), count));
    return new Figures(0, requests, errors, new Latencies(byBound));
  }
}
