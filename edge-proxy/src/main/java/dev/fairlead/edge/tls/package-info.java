/** Certificates from a folder, taken again when they change. */
@NullMarked
package dev.fairlead.edge.tls;

import org.jspecify.annotations.NullMarked;
