/** When a database is due. */
@NullMarked
package dev.fairlead.backup.schedule;

import org.jspecify.annotations.NullMarked;
