/**
 * Is it up? And are we the ones to tell?
 *
 * <ul>
 *   <li>A <em>target</em> is one thing that is probed: a URL, a port, a database.
 *   <li>A <em>probe</em> asks it once, within a deadline; what it brings back is a
 *       <em>finding</em>: up, down or unclear.
 *   <li>A <em>verdict</em> is what many findings add up to: healthy, degraded or unknown.
 *   <li>An <em>incident</em> lasts from degraded to recovered and keeps one id.
 *   <li><em>Sight</em> is the prober's own ability to see; a failure seen with bad sight is
 *       unclear.
 *   <li>A <em>sample</em> is one minute of one target, for dashboards.
 * </ul>
 */
@NullMarked
package dev.fairlead.health;

import org.jspecify.annotations.NullMarked;
