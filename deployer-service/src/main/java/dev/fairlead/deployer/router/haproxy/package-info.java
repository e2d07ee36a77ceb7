/**
 * HAPROXY: commanded over its admin socket, with files so that it comes up with the same routes.
 *
 * <p>Slot: one of a fixed pool of HAProxy backends; it holds the instances of one release of one
 * route. Map: HAProxy's table from host and path to slots and shares; one change of one entry moves
 * a route's traffic. Worker: an HAProxy process; after a reload the former one finishes its
 * requests.
 */
@NullMarked
package dev.fairlead.deployer.router.haproxy;

import org.jspecify.annotations.NullMarked;
