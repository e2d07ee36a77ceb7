/** Which copies go and which stay, with reasons. */
@NullMarked
package dev.fairlead.backup.retention;

import org.jspecify.annotations.NullMarked;
