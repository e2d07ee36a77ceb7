/** The right to take backups out of stores, which one process has at a time. */
@NullMarked
package dev.fairlead.backup.removal;

import org.jspecify.annotations.NullMarked;
