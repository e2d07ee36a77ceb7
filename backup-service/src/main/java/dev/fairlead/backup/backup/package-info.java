/** What happens to a backup from request to expiry. */
@NullMarked
package dev.fairlead.backup.backup;

import org.jspecify.annotations.NullMarked;
