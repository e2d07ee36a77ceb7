/** One line per fact, key=value. */
@NullMarked
package dev.fairlead.service.log;

import org.jspecify.annotations.NullMarked;
