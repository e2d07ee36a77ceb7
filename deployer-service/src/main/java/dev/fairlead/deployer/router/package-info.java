/**
 * WHO GETS TRAFFIC: says which instances a route sends requests to, verifies it at the router, and
 * reads the router's own figures.
 *
 * <p>Route: a name with what it matches. Backend: an instance that gets a share of a route. Drain:
 * the wait for the requests in flight of a backend that gets no new ones.
 */
@NullMarked
package dev.fairlead.deployer.router;

import org.jspecify.annotations.NullMarked;
