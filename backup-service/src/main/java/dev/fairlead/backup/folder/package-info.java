/** Folders that belong to somebody while he lives, and to nobody after. */
@NullMarked
package dev.fairlead.backup.folder;

import org.jspecify.annotations.NullMarked;
