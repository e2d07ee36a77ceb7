package dev.fairlead.edge.routing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A route at one instant.
 *
 * @param hold the longest a request waits, while the route is held
 * @param waiting requests waiting for the release
 */
public record RouteStatus(
    RouteDefinition definition,
    Optional<Duration> hold,
    int waiting,
    List<InstanceStatus> instances) {}
