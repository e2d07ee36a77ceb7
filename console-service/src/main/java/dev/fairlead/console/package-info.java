/**
 * A window on the suite: a projection of the event stream that owns nothing of what it shows.
 *
 * <ul>
 *   <li><b>journal</b>: every event in the order in which it arrived, each with a number
 *   <li><b>stream</b>: the journal as server-sent events; a reader resumes after the last number
 *   <li><b>overview</b>: what stands where, read from the journal
 *   <li><b>bus</b>: facts in
 * </ul>
 */
@NullMarked
package dev.fairlead.console;

import org.jspecify.annotations.NullMarked;
