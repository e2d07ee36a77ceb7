/** Commands of an application's own: its tests, and its hooks. */
@NullMarked
package dev.fairlead.deployer.trial;

import org.jspecify.annotations.NullMarked;
