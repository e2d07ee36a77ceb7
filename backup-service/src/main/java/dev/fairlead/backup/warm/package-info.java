/**
 * The latest backup that a drill proved, kept restored beside its database: going back to it is a
 * change of names.
 */
@NullMarked
package dev.fairlead.backup.warm;

import org.jspecify.annotations.NullMarked;
