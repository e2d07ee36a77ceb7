/**
 * alert-service: from facts to people, and a reason for every message sent or kept back.
 *
 * <ul>
 *   <li>a <b>problem</b> is what a fact says is wrong; its <b>fingerprint</b> tells whether it is
 *       already known
 *   <li>an <b>alert</b> is a problem from being raised to being resolved; alerts of one cause share
 *       an <b>incident</b>
 *   <li><b>routes</b> lead an alert to <b>receivers</b>; a receiver is a list of <b>channels</b>
 *   <li>a <b>silence</b>, an <b>inhibition</b> or old age keeps an alert from being notified
 *   <li>a <b>notification</b> is a durable row: one message to one channel; a channel's worker
 *       sends it, and its <b>fallback</b> channel takes over when it cannot
 *   <li>the <b>trace</b> of an alert says why each of these happened, or did not
 *   <li>the <b>watchdog</b> raises what no fact reports: a backup that did not come
 * </ul>
 */
@NullMarked
package dev.fairlead.alert;

import org.jspecify.annotations.NullMarked;
