/** The access log: one JSON object a line for each request, written off the event loops. */
@NullMarked
package dev.fairlead.edge.access;

import org.jspecify.annotations.NullMarked;
