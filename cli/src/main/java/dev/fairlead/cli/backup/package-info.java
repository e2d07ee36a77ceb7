/** Backups and restores. */
@NullMarked
package dev.fairlead.cli.backup;

import org.jspecify.annotations.NullMarked;
