/**
 * TRAEFIK: told by a file that it watches, and asked over its API. Written to Traefik 3's
 * documentation; not verified against a real one.
 */
@NullMarked
package dev.fairlead.deployer.router.traefik;

import org.jspecify.annotations.NullMarked;
