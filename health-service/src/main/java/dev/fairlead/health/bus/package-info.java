/** Facts in. */
@NullMarked
package dev.fairlead.health.bus;

import org.jspecify.annotations.NullMarked;
