/** Asking a target once, and knowing when not to trust the answer. */
@NullMarked
package dev.fairlead.health.probe;

import org.jspecify.annotations.NullMarked;
