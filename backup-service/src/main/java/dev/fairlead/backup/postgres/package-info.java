/** Reaching a PostgreSQL server and its own programs. */
@NullMarked
package dev.fairlead.backup.postgres;

import org.jspecify.annotations.NullMarked;
