/**
 * The edge proxy: requests come in on one port and go to the instances of the application they
 * name.
 *
 * <ul>
 *   <li>A <b>route</b> is a match (host, path prefix) and the desired set of instances for it.
 *   <li>A <b>swap</b> replaces that set at one instant: a request is claimed by the old set or by
 *       the new one, never by something in between.
 *   <li>A <b>claim</b> is one request given to one instance; it is counted from that very instant.
 *   <li>An instance that left the set is <b>draining</b> until its last claim is closed.
 *   <li>A <b>hold</b> keeps requests waiting in the proxy while an application must not see any.
 *   <li>A <b>fence</b> is the number of the deployment that speaks; an older one is refused.
 * </ul>
 *
 * Dependencies point one way: admin, traffic, state → routing. The package routing knows no I/O.
 */
@NullMarked
package dev.fairlead.edge;

import org.jspecify.annotations.NullMarked;
