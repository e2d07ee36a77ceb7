/**
 * Databases in containers, reached at the container's own address or, where that leads nowhere,
 * from inside it.
 */
@NullMarked
package dev.fairlead.backup.container;

import org.jspecify.annotations.NullMarked;
