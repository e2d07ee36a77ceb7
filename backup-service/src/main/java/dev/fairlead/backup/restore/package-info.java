/** Bringing a backup back: into a new database, or in place of the old one. */
@NullMarked
package dev.fairlead.backup.restore;

import org.jspecify.annotations.NullMarked;
