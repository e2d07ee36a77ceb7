package dev.fairlead.edge.routing;

/**
 * How many requests took this long, but longer than the count before it. From the counts of two
 * moments follows the distribution between them, which percentiles do not tell.
 */
public record LatencyCount(double upToMillis, int count) {}
