/**
 * The deployer: brings a version into an environment without losing a request, and back.
 *
 * <ul>
 *   <li><b>Place</b>: an application in an environment. One deployment at a time.
 *   <li><b>Manifest</b>: what a team says about its application, in {@code fairlead.yaml}.
 *   <li><b>Plan</b>: the steps of one deployment as data, with a hash that an approval names.
 *   <li><b>Deployment</b>: the life of one request, decided purely, driven by facts.
 *   <li><b>Release</b>: the immutable record of what was deployed; every rollback goes to one.
 *   <li><b>Instance</b>: one running copy of a release. <b>Route</b>: who gets traffic.
 *   <li><b>Loss</b>: what restoring a database sets aside, told before anybody decides.
 *   <li><b>Gate</b>: what must be true before anything changes. <b>Verification</b>: what must be
 *       true afterwards. <b>Bake</b>: the window in which it is watched.
 * </ul>
 */
@NullMarked
package dev.fairlead.deployer;

import org.jspecify.annotations.NullMarked;
