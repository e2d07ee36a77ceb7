/** Brings the catalogue and the stores to agree. */
@NullMarked
package dev.fairlead.backup.reconciliation;

import org.jspecify.annotations.NullMarked;
