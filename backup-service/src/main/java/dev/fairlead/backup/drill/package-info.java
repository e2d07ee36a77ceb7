/** Restores nobody asked for: into a throwaway cluster, compared with what the snapshot held. */
@NullMarked
package dev.fairlead.backup.drill;

import org.jspecify.annotations.NullMarked;
