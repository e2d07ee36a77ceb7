/** Who did what: every change, and every attempt that was denied, becomes an event. */
@NullMarked
package dev.fairlead.service.audit;

import org.jspecify.annotations.NullMarked;
