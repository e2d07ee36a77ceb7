/** Disaster recovery with a store, a key and a PostgreSQL server, and nothing else of Fairlead. */
@NullMarked
package dev.fairlead.backup.recovery;

import org.jspecify.annotations.NullMarked;
