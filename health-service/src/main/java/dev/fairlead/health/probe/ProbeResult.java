package dev.fairlead.health.probe;

import java.time.Duration;
import java.time.Instant;

/**
 * One probe, done.
 *
 * @param at when it ended
 * @param latency from its first byte out to its finding
 */
public record ProbeResult(Instant at, Duration latency, Finding finding) {}
