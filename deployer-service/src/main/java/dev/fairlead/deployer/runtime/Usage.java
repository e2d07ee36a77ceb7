package dev.fairlead.deployer.runtime;

import java.time.Duration;

/**
 * What an instance uses.
 *
 * @param memoryBytes resident now, of all its processes, without what only caches files
 * @param processorTime used since it was started, on all processors together
 */
public record Usage(long memoryBytes, Duration processorTime) {}
