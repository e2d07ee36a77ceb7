/** One decision as a file, and what may become of it. Pure. */
@NullMarked
package dev.fairlead.adr.decision;

import org.jspecify.annotations.NullMarked;
