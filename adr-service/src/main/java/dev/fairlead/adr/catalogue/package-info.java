/** The repository, the index that follows it, and the requests that change it. */
@NullMarked
package dev.fairlead.adr.catalogue;

import org.jspecify.annotations.NullMarked;
