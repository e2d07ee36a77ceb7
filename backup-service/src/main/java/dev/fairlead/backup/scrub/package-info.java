/** Reads stored copies again, all of them within a week, and replaces those that have gone bad. */
@NullMarked
package dev.fairlead.backup.scrub;

import org.jspecify.annotations.NullMarked;
