/** One database read in one snapshot: what pg_dump says and what the tables held. */
@NullMarked
package dev.fairlead.backup.dump;

import org.jspecify.annotations.NullMarked;
