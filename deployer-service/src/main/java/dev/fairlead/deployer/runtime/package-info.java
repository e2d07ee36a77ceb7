/**
 * WHERE: starts, finds and stops instances. An instance is known by labels it carries itself
 * (environment or container labels), so that it outlives the deployer and is found again by any
 * other.
 *
 * <p>Instance: one running copy of a release. Fence: the token that makes an outdated deployer
 * harmless. Health gate: the wait until instances answer as healthy, and stay so.
 */
@NullMarked
package dev.fairlead.deployer.runtime;

import org.jspecify.annotations.NullMarked;
