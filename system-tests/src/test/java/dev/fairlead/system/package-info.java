/** Journeys over the real processes of the whole suite, driven as its users drive it. */
@NullMarked
package dev.fairlead.system;

import org.jspecify.annotations.NullMarked;
