/**
 * Notices what did not happen: backups that did not come. It needs nothing but the facts, so it
 * works while backup-service is dead.
 */
@NullMarked
package dev.fairlead.alert.watchdog;

import org.jspecify.annotations.NullMarked;
