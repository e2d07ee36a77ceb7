/** What happens next: one deployment from its request to its end. */
@NullMarked
package dev.fairlead.deployer.deployment;

import org.jspecify.annotations.NullMarked;
