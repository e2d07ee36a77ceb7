/** A small service of its own, to try the chassis with. */
@NullMarked
package dev.fairlead.service.probe;

import org.jspecify.annotations.NullMarked;
