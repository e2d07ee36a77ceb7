/** The databases that applied manifests name. */
@NullMarked
package dev.fairlead.backup.database;

import org.jspecify.annotations.NullMarked;
