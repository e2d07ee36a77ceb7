/** ASKING: one HTTP exchange with a deadline for all of it, its body included. */
@NullMarked
package dev.fairlead.deployer.http;

import org.jspecify.annotations.NullMarked;
