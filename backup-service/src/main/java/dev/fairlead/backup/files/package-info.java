/**
 * The files of an application, archived beside its database: cut into chunks by their content, so
 * that what has not changed is stored once, however often it is backed up.
 */
@NullMarked
package dev.fairlead.backup.files;

import org.jspecify.annotations.NullMarked;
