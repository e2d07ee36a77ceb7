/**
 * One proxy takes over from another without a lost request: the listening sockets themselves are
 * handed over, so that no connection is ever refused or left in a queue that nobody empties.
 *
 * <pre>
 * successor                                  predecessor
 *   connects to its door (a Unix socket)  ▶  stops changes, says which sockets come
 *   says "ready"                          ▶  sends them
 *   listens, says "serving"               ▶  closes its own, says "leaving" and what is in flight
 *   serves admin requests                 ◀  says what is in flight, until nothing is; ends
 * </pre>
 */
@NullMarked
package dev.fairlead.edge.takeover;

import org.jspecify.annotations.NullMarked;
