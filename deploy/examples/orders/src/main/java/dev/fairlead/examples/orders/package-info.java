/**
 * An application to deploy: orders over HTTP, kept in PostgreSQL. Five releases of it exist, and
 * two of them are bad in ways that a health check does not see.
 */
@NullMarked
package dev.fairlead.examples.orders;

import org.jspecify.annotations.NullMarked;
