/**
 * One proxy takes over from another without a lost request: the listening sockets themselves are
 * handed over, so that no connection is ever refused or left in a queue that nobody empties.
 *
 * <pre>
 * successor                                  predecessor
 *   connects to its door (a Unix socket)  ▶  stops changes, says which sockets come
 *   says "ready"                          ▶  sends them
 *   opens all its ports, says "serving"   ▶  closes its door, says "leaving" and what is in flight
 *   opens its own, says "relieved"        ▶  closes its sockets
 *   serves admin requests                 ◀  says what is in flight, until nothing is; ends
 * </pre>
 *
 * Until "serving" the predecessor gives up one that stalls, and says "cancelled". Until then the
 * successor may give up, too, and from then on it goes on whatever comes. Until "relieved" the
 * predecessor serves, and goes on where the successor has ended. One of an earlier version says
 * neither "confirms" nor "relieved"; then the predecessor leaves once its farewell has reached
 * somebody.
 */
@NullMarked
package dev.fairlead.edge.takeover;

import org.jspecify.annotations.NullMarked;
