/** When something that repeats is due. */
@NullMarked
package dev.fairlead.service.schedule;

import org.jspecify.annotations.NullMarked;
