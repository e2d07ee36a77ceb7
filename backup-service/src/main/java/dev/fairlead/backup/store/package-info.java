/** Where copies are kept: one folder, or one bucket. */
@NullMarked
package dev.fairlead.backup.store;

import org.jspecify.annotations.NullMarked;
