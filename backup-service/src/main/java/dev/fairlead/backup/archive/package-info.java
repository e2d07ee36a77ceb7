/** The one pass from dump to stored bytes and back: zstd, age, SHA-256, parts. */
@NullMarked
package dev.fairlead.backup.archive;

import org.jspecify.annotations.NullMarked;
