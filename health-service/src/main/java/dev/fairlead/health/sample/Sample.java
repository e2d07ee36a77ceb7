package dev.fairlead.health.sample;

import dev.fairlead.events.TargetId;
import java.time.Instant;

/**
 * One minute of one target; findings that could not tell are left out.
 *
 * @param from inclusive
 * @param to exclusive
 */
public record Sample(
    TargetId target,
    Instant from,
    Instant to,
    int probes,
    int failures,
    double latencyP50Millis,
    double latencyP95Millis) {}
