/** Proof by restoring into a throwaway cluster. */
@NullMarked
package dev.fairlead.backup.drill;

import org.jspecify.annotations.NullMarked;
